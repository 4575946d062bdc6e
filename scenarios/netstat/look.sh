# The sockets of two ports, first as netstat and then as ss sees them: sh look.sh PORT PORT
netstat -tan | grep -e ":$1 " -e ":$2 " | tr -s ' ' | sort -k 6
ss -tan | grep -e ":$1 " -e ":$2 " | tr -s ' ' | sort
