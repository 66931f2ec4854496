//! What a unit of work does just before its commit.
//!
//! Some rows are written by units of work that have nothing else to do with each other: the sets of the directory's
//! index. Whoever changes them waits for whoever changed them before and has not committed. So a unit collects such
//! changes while it works, and writes them when it has done everything else ([`Conn::before_commit`]); then it holds
//! those locks for its last statements alone, and takes all of them in one order.
//!
//! What was collected belongs to the thread, as the locks of `lock_order` do. A unit that fails drops it.

use std::any::{Any, TypeId};
use std::cell::RefCell;

use super::Conn;
use crate::error::Error;

/// Changes that a unit of work collects and writes before its commit.
pub trait BeforeCommit: Default + Any {
    /// Writes them.
    ///
    /// # Errors
    /// Then the unit of work fails.
    fn write(self, conn: &mut Conn) -> Result<(), Error>;
}

/// Writes what one type has collected.
type Write = fn(Box<dyn Any>, &mut Conn) -> Result<(), Error>;

struct Collected {
    of: TypeId,
    value: Box<dyn Any>,
    write: Write,
}

thread_local! {
    /// What the unit of work on this thread has collected; none outside of one.
    static COLLECTED: RefCell<Option<Vec<Collected>>> = const { RefCell::new(None) };
}

/// Begins a unit of work on this thread.
pub(super) fn begin() {
    COLLECTED.set(Some(Vec::new()));
}

/// Ends it.
pub(super) fn end() {
    COLLECTED.set(None);
}

/// Writes what was collected, in the order in which the types came first. What is added meanwhile is written at once.
pub(super) fn write(conn: &mut Conn) -> Result<(), Error> {
    for Collected { value, write, .. } in COLLECTED.replace(None).unwrap_or_default() {
        write(value, conn)?;
    }
    Ok(())
}

fn write_as<T: BeforeCommit>(value: Box<dyn Any>, conn: &mut Conn) -> Result<(), Error> {
    let value = value.downcast::<T>().map_err(|_other| Error::internal("what was collected has another type"))?;
    value.write(conn)
}

impl Conn {
    /// Adds to what the unit of work writes before its commit; writes it at once where there is no unit of work.
    ///
    /// # Errors
    /// Those of writing at once.
    pub fn before_commit<T: BeforeCommit>(&mut self, add: impl FnOnce(&mut T)) -> Result<(), Error> {
        let alone = COLLECTED.with_borrow_mut(|collected| {
            let Some(all) = collected else { return Some(add) };
            let of = TypeId::of::<T>();
            let place = all.iter().position(|each| each.of == of).unwrap_or_else(|| {
                all.push(Collected { of, value: Box::new(T::default()), write: write_as::<T> });
                all.len() - 1
            });
            if let Some(value) = all.get_mut(place).and_then(|each| each.value.downcast_mut::<T>()) {
                add(value);
            }
            None
        });
        let Some(add) = alone else { return Ok(()) };
        let mut value = T::default();
        add(&mut value);
        value.write(self)
    }
}

#[cfg(test)]
mod tests {
    use diesel::connection::SimpleConnection as _;

    use super::*;
    use crate::db::{Access, Target, open};
    use crate::on_each;

    /// Rows that are written together.
    #[derive(Default)]
    struct Rows(Vec<i32>);

    impl BeforeCommit for Rows {
        fn write(self, conn: &mut Conn) -> Result<(), Error> {
            let rows: Vec<String> = self.0.iter().map(|row| format!("({row}, {})", self.0.len())).collect();
            Ok(on_each!(conn, c => c.batch_execute(&format!("INSERT INTO kept VALUES {}", rows.join(", "))))?)
        }
    }

    #[derive(diesel::QueryableByName)]
    struct Sum {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        sum: i64,
    }

    fn sum(conn: &mut Conn) -> i64 {
        use diesel::RunQueryDsl as _;
        let sum: Sum =
            diesel::sql_query("SELECT COALESCE(SUM(n * 10 + together), 0) AS sum FROM kept").get_result(conn).unwrap();
        sum.sum
    }

    #[test]
    fn what_is_collected_is_written_once_before_the_commit_and_dropped_with_a_failure() {
        let mut conn = open(&Target::Sqlite(":memory:".to_owned()), Access::Write).unwrap();
        on_each!(&mut conn, c => c.batch_execute("CREATE TABLE kept (n INTEGER, together INTEGER)")).unwrap();
        let unit = conn.transaction_for_write(|conn| {
            conn.before_commit(|rows: &mut Rows| rows.0.push(1))?;
            conn.before_commit(|rows: &mut Rows| rows.0.push(2))?;
            Ok(sum(conn))
        });
        assert_eq!((unit.unwrap(), sum(&mut conn)), (0, 34), "two rows, of two each");
        let failed = conn.transaction_for_write(|conn| -> Result<(), Error> {
            conn.before_commit(|rows: &mut Rows| rows.0.push(3))?;
            Err(Error::internal("on purpose"))
        });
        assert!(failed.is_err());
        conn.transaction_for_write(|_| Ok(())).unwrap();
        assert_eq!(sum(&mut conn), 34);
        conn.before_commit(|rows: &mut Rows| rows.0.push(5)).unwrap();
        assert_eq!(sum(&mut conn), 85, "at once, where there is no unit of work");
    }
}
