# Runs PostgreSQL for the suite, until for a minute no process of the suite has been there.
#
# $1 the programs; $2 the folder with the data, which goes at the end; $3 the port. Standard input and output are the locks of
# `server.rs`: `turn` and `users`. Whoever runs the suite holds `users`, and a process that is killed lets go of it too.
"$1/postgres" -D "$2/data" -p "$3" -c listen_addresses=127.0.0.1 -c "unix_socket_directories=$2" -c max_connections=200 \
    -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c autovacuum=off \
    -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=128MB -c dynamic_shared_memory_type=mmap \
    </dev/null >/dev/null 2>"$2/log" &
server=$!
trap 'kill -QUIT "$server"; wait "$server"; rm -rf "$2"' EXIT
trap exit HUP INT TERM
idle=0
while [ "$idle" -lt 12 ]; do
    sleep 5
    # Nobody comes or goes while we look.
    flock 0
    if flock --nonblock 1; then idle=$((idle + 1)); else idle=0; fi
    # The last time both stay locked until the server has ended.
    if [ "$idle" -lt 12 ]; then flock --unlock 1; flock --unlock 0; fi
done
