#!/bin/sh
# loya-token init and set are killed at calls that change something: no more is
# left than what the next one needs.
exec env TORTURE=480 sh "$(dirname "$0")/torture/sweep.t" init set
