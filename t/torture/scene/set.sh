# loya-token puts a secret beside the one that is there.
prepare() {
	sources
	echo 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD' >"$W/new"
}
act() { run loya-token -q set -a std <"$W/new"; }
# 1: it is the current one already.
settle() { loya-token -q set -a std <"$W/new"; :; }
