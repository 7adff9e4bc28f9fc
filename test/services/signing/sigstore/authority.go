package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"time"

	"github.com/sigstore/fulcio/pkg/ca"
	"github.com/sigstore/fulcio/pkg/ca/baseca"
)

// A root and an intermediate of the moment, as the public instances have them; Fulcio's own ephemeral authority has a root only.
func newAuthority() (*baseca.BaseCA, error) {
	root, rootKey, err := certify("Modelgate tests: root", 1, nil, nil)
	if err != nil {
		return nil, err
	}
	intermediate, key, err := certify("Modelgate tests: intermediate", 0, root, rootKey)
	if err != nil {
		return nil, err
	}
	chain := []*x509.Certificate{intermediate, root}
	return &baseca.BaseCA{SignerWithChain: &ca.SignerCerts{Certs: chain, Signer: key}}, nil
}

// Without a parent it certifies itself. `below` is how many authorities may stand below it.
func certify(name string, below int, parent *x509.Certificate, parentKey *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(now.UnixNano()),
		Subject:               pkix.Name{Organization: []string{"modelgate.test"}, CommonName: name},
		NotBefore:             now.Add(-time.Minute),
		NotAfter:              now.AddDate(1, 0, 0),
		IsCA:                  true,
		BasicConstraintsValid: true,
		MaxPathLen:            below,
		MaxPathLenZero:        below == 0,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	if parent == nil {
		parent, parentKey = template, key
	} else {
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), parentKey)
	if err != nil {
		return nil, nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	return certificate, key, err
}
