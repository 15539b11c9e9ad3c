#!/bin/sh
# usage: in-cgroup.sh CGROUP_PROCS_FILE LOG_FILE COMMAND [ARGUMENT...]     (LOG_FILE "-": output stays where it goes)
# The process joins the control group before it becomes the program: so there is no moment in which the lab,
# interrupted, could leave a process behind that is in none of its groups and would not be found again.
echo $$ > "$1" || exit 1
[ "$2" = - ] || exec >> "$2" 2>&1
shift 2
exec "$@"
