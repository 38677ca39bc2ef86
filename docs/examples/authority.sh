# A timestamp authority for trying out, made with openssl. For real evidence use one that others trust.
#   sh authority.sh init                     makes root.pem (give it to those who verify) and the authority's key
#   sh authority.sh answer REQUEST ANSWER    answers a request
set -e
case "$1" in
init)
  cat > authority.cnf <<'END'
[tsa]
default_tsa = one
[one]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
certs = root.pem
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
signer_digest = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
[stamp]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[req]
distinguished_name = name
[name]
END
  echo 01 > serial
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout root.key -out root.pem -days 3650 \
    -subj "/CN=Example root" -config authority.cnf -extensions root 2> authority.log
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tsa.key -out tsa.csr \
    -subj "/CN=Example time" -config authority.cnf 2>> authority.log
  openssl x509 -req -in tsa.csr -CA root.pem -CAkey root.key -CAcreateserial -days 365 -out tsa.pem \
    -extfile authority.cnf -extensions stamp 2>> authority.log
  ;;
answer) openssl ts -reply -config authority.cnf -section one -queryfile "$2" -out "$3" 2>> authority.log ;;
*) exit 2 ;;
esac
