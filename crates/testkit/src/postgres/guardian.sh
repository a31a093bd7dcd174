# Owns the test server: guardian HOME DATA POSTGRES ARGS...  Ends it when no test process is left.
home=$1
data=$2
shift 2
"$@" -c listen_addresses=127.0.0.1 -c unix_socket_directories="$data" \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
    -c max_connections=400 -c shared_buffers=64MB -c autovacuum=off &
server=$!
exec 9>>"$home/users.lock"
while :; do
    # Blocks until the last test process is gone, then waits a little for the next one.
    flock -x 9
    flock -u 9
    sleep 5
    flock -n -x 9 && break
done
rm -f "$home/port"
kill -INT "$server" 2>/dev/null
wait "$server"
rm -rf "$data"
