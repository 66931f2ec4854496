//! The move of a portal from SQLite to PostgreSQL (`portal move`): all rows of one database into another, of which
//! nothing is left if anything goes wrong.
//!
//! [`judge`] reads both databases and writes nothing. It compares migrations, tables and columns, reads every row, and
//! tells all that PostgreSQL would not take or would change, all at once. [`carry_out`] copies what was judged in one
//! transaction of the target: the rows that migrations and reference data have made there are removed, each table is
//! one COPY, and before the commit the rows are counted and the chain of the audit log is verified on the target. Rows
//! name each other in circles, so foreign keys are taken away first and put back, and thereby verified, after. A
//! move that is killed or cut off at any moment leaves the target as it was. Both run in one snapshot of the source,
//! into which nothing is written.
//!
//! Which tables there are and their types come from the catalogues of the databases, so a new migration is
//! moved without a change here.
//!
//! - `types` tables and columns; `rules` decisions about them
//! - `encoding` rows in the format of COPY, and what is wrong with them
//! - `judging` reads and judges; `store` all of the SQL
//!
//! Not moved: senders of mail, which end with their process, and the leases of mails, which are given back. Left out:
//! the other direction, files (`storage` keeps them outside the database), and the free space of the target, which
//! PostgreSQL does not tell; if it is not enough, the transaction fails.

mod encoding;
mod judging;
mod rules;
mod store;
mod types;

pub use judging::{Judged, judge};
pub use types::{Keys, Progress, Stage, Watch};

use crate::audit::ChainVerdict;
use crate::db::{Conn, dump};
use crate::error::Error;
use crate::mail;
use types::Table;

/// What was moved.
#[derive(Debug)]
pub struct Moved {
    /// The number of rows by table, in the order of the move.
    pub tables: Vec<(String, i64)>,
    /// The chain of the audit log, the same in both databases.
    pub chain: ChainVerdict,
    /// Mails whose leases were given back.
    pub given_back: usize,
}

/// Copies what was judged good, in one unit of work. The snapshot of the source must be that of [`judge`].
///
/// # Errors
/// If a database fails, or the copy differs from the source; then the target is as it was.
pub fn carry_out(
    source: &mut Conn,
    target: &mut Conn,
    keys: &Keys,
    judged: &Judged,
    watch: Watch<'_>,
) -> Result<Moved, Error> {
    let Some(chain) = &judged.chain else { return Err(Error::internal("the source was not judged to its end")) };
    let tables: Vec<Table> = judged.tables.iter().map(|(table, _)| table.clone()).collect();
    target.transaction_for_write(|target| {
        store::begin(target, &tables)?;
        // Somebody may have used it since it was judged.
        let used = judging::used(target, &tables)?;
        if !used.is_empty() {
            return Err(Error::internal(format!("the target is not empty any more: {}", used.join(", "))));
        }
        let keys_of_tables = dump::drop_foreign_keys(target)?;
        let by_itself = tables.iter().map(|table| table.name.as_str());
        store::clear(target, &by_itself.filter(|table| rules::is_made_by_itself(table)).collect::<Vec<_>>())?;
        copy_all(source, target, judged, watch)?;
        dump::restore_foreign_keys(target, &keys_of_tables)?;
        let given_back = mail::give_back_leases(target)?;
        store::analyze(target, &tables)?;
        let arrived = judging::chain(target, keys)?;
        if arrived != *chain {
            let told = format!("the audit log of the target differs: {arrived:?} instead of {chain:?}");
            return Err(Error::internal(told));
        }
        Ok(Moved { tables: judged.counts(), chain: arrived, given_back })
    })
}

/// Copies every table, and compares the numbers of rows.
fn copy_all(source: &mut Conn, target: &mut Conn, judged: &Judged, watch: Watch<'_>) -> Result<(), Error> {
    let total = judged.rows();
    let mut done = 0;
    for (table, rows) in &judged.tables {
        let name = table.name.as_str();
        let mut step = |rows: i64| {
            done += rows;
            watch(Progress { stage: Stage::Copying, table: name, done, total });
        };
        let copied = store::copy(source, target, table, &mut step)?;
        let arrived = store::count(target, name)?;
        if i64::try_from(copied).ok() != Some(*rows) || arrived != *rows {
            let told = format!("{name}: {rows} rows in the source, {copied} were copied, {arrived} are in the target");
            return Err(Error::internal(told));
        }
    }
    Ok(())
}
