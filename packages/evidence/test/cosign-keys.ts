/**
 * Keys for tests, made by go-securesystemslib v0.9.1 (package encrypted), which is what cosign itself uses, out of new
 * P-256 keys. They guard nothing.
 */
export const cosignKey = {
  password: 'correct horse',
  pem: `-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----
eyJrZGYiOnsibmFtZSI6InNjcnlwdCIsInBhcmFtcyI6eyJOIjo2NTUzNiwiciI6
OCwicCI6MX0sInNhbHQiOiI0YmJOVUwzb01zT3VBTnZHeHhBVi9kWnIrUm9YQjQ0
dGFnZHNqK05aVWVFPSJ9LCJjaXBoZXIiOnsibmFtZSI6Im5hY2wvc2VjcmV0Ym94
Iiwibm9uY2UiOiI4dWt2K25WR29DL3hhZTErSTVzZjhYbnRvTHkra3lFNyJ9LCJj
aXBoZXJ0ZXh0IjoiWjMrSXdZZ3JtWUxOMVRGV2lVakxORER1MlNtd21rOEZ0SElY
bEE5bVU5bXEvekR1Y3V3V0ltY1FUOStDYWRsMnAvblpWZTB4NytrR2dVNUpvdk1Z
bm50VlR0MFloUGRSSk9ocGNpendoWXBibzFla1NCSnpPWVl2aDlpaHpLTzhCMy9w
VHFqNHM3NSs0SGhSM1h5c0RIQWZmMWtJTnoyKzVBQjBhR201YkZKbUk0QWM1U0dQ
eWJyeE00YmlTOExhRjRtQy9qNHNRdVMwb1E9PSJ9
-----END ENCRYPTED SIGSTORE PRIVATE KEY-----
`,
  publicKey: `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEJZkGjuakEYVDf0n2ffez8W2KJygD
0x6rqZjwzUnbX3wTV2yQYBI1xDC03Eq0QLSHhtivR9I+MJdLyww2JlleRA==
-----END PUBLIC KEY-----
`,
};

/** As cosign before 2 named it, and with an empty password. */
export const oldCosignKey = {
  password: '',
  pem: `-----BEGIN ENCRYPTED COSIGN PRIVATE KEY-----
eyJrZGYiOnsibmFtZSI6InNjcnlwdCIsInBhcmFtcyI6eyJOIjo2NTUzNiwiciI6
OCwicCI6MX0sInNhbHQiOiI2WjltQndIYzBDTFIrU0dSL2tYcW9QS3lWMGxSSThn
VGlzNmdCQVVxVlA4PSJ9LCJjaXBoZXIiOnsibmFtZSI6Im5hY2wvc2VjcmV0Ym94
Iiwibm9uY2UiOiJCR0pXeHk5NGhVYWwrMW9rVzM0N25wbWRpYWh0NXVrSiJ9LCJj
aXBoZXJ0ZXh0IjoiRmxrc1F6RFdqT0JqaEZGK2JlQ0N6TkVIeGxvcHJGR29qNGVV
OTJJT1NuNGc1WE5UUG51bzhubnhjdUx2M2h1T0lvU3gzWm1CYmVkYmVsVFdwaFRz
endWcE0vYXRGaGlsMDdjeDZyZzRNaGJCWDRKbzZsUDh2cGV2aXRXSE9OYVVkOW53
SzVYRTlmRXF6TUtyNW4rWllyejhXVGZmNm95SjEyWnlNemVRbDBudTBWQUhTMXdI
ODF1R3FKMjhnbVpKNGZybVJxR2wwdmx1WUE9PSJ9
-----END ENCRYPTED COSIGN PRIVATE KEY-----
`,
  publicKey: `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEpuyswY84USjTBgXJxMHwXpNkDhY+
AU4b0+0fe05xsB9W8I8PVLr32N03efIm6kWRPGh7cWGKfpW9tLkOMfVNuQ==
-----END PUBLIC KEY-----
`,
};
