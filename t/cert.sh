# For tests of whom loya believes: certificates signed by themselves, and so
# their own CA.  Source after lib.sh; needs openssl and IO::Socket::SSL.
#
#   cert NAME SUBJECTALTNAME UNTIL      $T/NAME.pem and .key

command -v openssl >/dev/null || skip_all "needs openssl"
perl -MIO::Socket::SSL -e 1 2>/dev/null || skip_all "needs IO::Socket::SSL"

cert() {
	mkdir "$T/db.$1"
	: >"$T/db.$1/index"
	printf '[ca]\ndatabase=%s/index\nnew_certs_dir=%s\npolicy=p\nrand_serial=yes\ndefault_md=sha256\n[p]\ncommonName=supplied\n' \
	    "$T/db.$1" "$T/db.$1" >"$T/ca.cnf"
	printf 'subjectAltName=%s\nbasicConstraints=critical,CA:TRUE\n' \
	    "$2" >"$T/ext"
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -keyout "$T/$1.key" -out "$T/$1.csr" -subj "/CN=$1" 2>/dev/null
	openssl ca -batch -config "$T/ca.cnf" -name ca -in "$T/$1.csr" \
	    -selfsign -keyfile "$T/$1.key" -notext -extfile "$T/ext" \
	    -startdate 20200101000000Z -enddate "$3" -out "$T/$1.pem" \
	    2>/dev/null
}
