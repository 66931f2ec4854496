//! The connections that a PostgreSQL server has room for, and whether those of one more process would fit.

use diesel::sql_types::BigInt;
use diesel::{QueryableByName, RunQueryDsl as _};

use super::connection::Conn;
use crate::error::Error;

/// What the server says.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub(super) struct Room {
    /// Connections of clients at most, without those in reserve.
    #[diesel(sql_type = BigInt)]
    most: i64,
    /// Connections of clients now, those of this process among them.
    #[diesel(sql_type = BigInt)]
    taken: i64,
}

impl Room {
    /// A warning if a further process with so many connections would not fit.
    pub(super) fn warning(self, connections: usize) -> Option<String> {
        let Self { most, taken } = self;
        // One more watches the server, and one looks for `/health/ready`.
        let each = i64::try_from(connections).unwrap_or(i64::MAX).saturating_add(2);
        if most.saturating_sub(taken) >= each {
            return None;
        }
        let fit = most / each.max(1);
        Some(format!(
            "the database server takes {most} connections without its reserve, {taken} are open, and each process \
             opens {each} (database.connections and two): {fit} such processes fit, and another one will be refused. \
             Raise max_connections, or set database.connections so that all processes fit"
        ))
    }
}

impl Conn {
    /// The room of the server; none on SQLite.
    pub(super) fn room(&mut self) -> Result<Option<Room>, Error> {
        let Self::Postgres(c) = self else { return Ok(None) };
        // Not pg_stat_activity: an ordinary role does not see there what kind of session others have.
        let statement = "SELECT current_setting('max_connections')::bigint \
                         - current_setting('superuser_reserved_connections')::bigint \
                         - COALESCE(current_setting('reserved_connections', true), '0')::bigint AS most, \
                         (SELECT coalesce(sum(numbackends), 0)::bigint FROM pg_stat_database) AS taken";
        Ok(Some(diesel::sql_query(statement).get_result(c)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operator_is_warned_before_the_process_that_does_not_fit() {
        // 100 without the reserve: ten processes of ten connections fit.
        let after = |processes: i64| Room { most: 100, taken: 10 * processes }.warning(8);
        assert!((1..=9).all(|processes| after(processes).is_none()));
        let warning = after(10).unwrap();
        assert!(warning.contains("100 connections") && warning.contains("10 such processes"), "{warning}");
    }
}
