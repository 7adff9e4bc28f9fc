"""moto's server with an administrator, whose signature each request must carry, and with KMS's MessageType DIGEST.

    python3 moto_kms.py <port> <file that tells the administrator's credentials and the keys that there are>

moto 5.2.5 signs a digest as if it were the message ("not yet implemented", says its own moto/kms/models.py), with which no
client can do anything: every one sends digests, as messages have at most 4096 bytes.
"""

import json
import os
import sys

os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "0"  # read when moto is loaded

from cryptography.hazmat.primitives.asymmetric import ec, utils
from moto.core import DEFAULT_ACCOUNT_ID
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.kms.responses import KmsResponse
from moto.kms.utils import ECDSAPrivateKey, RSAPrivateKey
from moto.server import main


class Digest(bytes):
    pass


own_param, sign_ecdsa, sign_rsa = KmsResponse._get_param, ECDSAPrivateKey.sign, RSAPrivateKey.sign


def param(self, name, *more):
    value = own_param(self, name, *more)
    return Digest(value) if name == "Message" and own_param(self, "MessageType") == "DIGEST" else value


def ecdsa(self, message, algorithm):
    if not isinstance(message, Digest):
        return sign_ecdsa(self, message, algorithm)
    hashed = utils.Prehashed(self._ECDSAPrivateKey__hash_algorithm(algorithm))
    return self.private_key.sign(bytes(message), ec.ECDSA(hashed))


def rsa(self, message, algorithm):
    if not isinstance(message, Digest):
        return sign_rsa(self, message, algorithm)
    padding, hashed = self._RSAPrivateKey__padding_and_hash_algorithm(algorithm)
    return self.private_key.sign(bytes(message), padding, utils.Prehashed(hashed))


KmsResponse._get_param, ECDSAPrivateKey.sign, RSAPrivateKey.sign = param, ecdsa, rsa


def administrator():
    iam = iam_backends[DEFAULT_ACCOUNT_ID]["aws"]
    iam.create_user("us-east-1", "admin", path="/", tags=[])
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    iam.put_user_policy("admin", "all", json.dumps({"Version": "2012-10-17", "Statement": [everything]}))
    key = iam.create_access_key("admin")
    return {"id": key.access_key_id, "secret": key.secret_access_key}


def key(usage, spec, alias):
    kms = kms_backends[DEFAULT_ACCOUNT_ID]["us-east-1"]
    made = kms.create_key(None, usage, spec, "", None)
    kms.create_alias(made.id, alias)
    return made.arn


port, told = sys.argv[1:]
keys = {
    "p256": key("SIGN_VERIFY", "ECC_NIST_P256", "alias/p256"),
    "p384": key("SIGN_VERIFY", "ECC_NIST_P384", "alias/p384"),
    "rsa": key("SIGN_VERIFY", "RSA_3072", "alias/rsa"),
    "encrypting": key("ENCRYPT_DECRYPT", "RSA_2048", "alias/encrypting"),
}
with open(told, "w") as file:
    json.dump({"administrator": administrator(), "keys": keys}, file)
main(["--host", "127.0.0.1", "--port", port])
