//! What must still hold when a request writes, or goes on reading: a check that runs first in every unit of work of that request.
//!
//! A request is let in on what this process remembers of its sender, which may be out of date by seconds. The guard that lets it in
//! sets a check ([`set_write_check`]), and [`super::Db::write`] runs it in the same transaction as the work. So what is written
//! always follows from the rights of that moment, and no handler has to think of it.
//!
//! The check belongs to the request, not to the handle on the database: it is a task-local value of the future that the
//! middleware wraps ([`with_write_check`]). Work outside of a request (couriers, timetables, commands) has none.
//!
//! Reads are not checked, except those of a file that is read while it is sent, which may take minutes: it takes the check for
//! reads along ([`read_check`]), since it outlives the future of its request.

use std::cell::RefCell;
use std::sync::Arc;

use super::Conn;
use crate::error::Error;

/// Refuses where the sender of the request may not write any more.
pub type WriteCheck = Arc<dyn Fn(&mut Conn) -> Result<(), Error> + Send + Sync>;

/// Refuses where the sender of the request may not read on. It locks nothing.
pub type ReadCheck = WriteCheck;

#[derive(Default)]
struct Checks {
    write: Option<WriteCheck>,
    read: Option<ReadCheck>,
}

tokio::task_local! {
    static CHECKS: RefCell<Checks>;
}

/// Runs a request that may set a check.
pub async fn with_write_check<F: Future>(request: F) -> F::Output {
    CHECKS.scope(RefCell::default(), request).await
}

/// Runs what the portal does in its own name after a request has done its own: it may have ended the session of its sender.
pub async fn in_own_name<F: Future>(work: F) -> F::Output {
    with_write_check(work).await
}

/// Sets the check for writes of the request that runs.
///
/// # Errors
/// Where no request runs: then nobody is let in.
pub fn set_write_check(check: WriteCheck) -> Result<(), Error> {
    let set = CHECKS.try_with(|checks| checks.borrow_mut().write = Some(check));
    set.map_err(|_outside| Error::internal("a write check was set outside of a request"))
}

/// Sets the check for reads of the request that runs.
///
/// # Errors
/// Where no request runs: then nobody is let in.
pub fn set_read_check(check: ReadCheck) -> Result<(), Error> {
    let set = CHECKS.try_with(|checks| checks.borrow_mut().read = Some(check));
    set.map_err(|_outside| Error::internal("a read check was set outside of a request"))
}

/// The check for reads of the request that runs.
///
/// # Errors
/// Where no guard has let a request in: then nobody reads.
pub fn read_check() -> Result<ReadCheck, Error> {
    let check = CHECKS.try_with(|checks| checks.borrow().read.clone()).ok().flatten();
    check.ok_or_else(|| Error::internal("a file is sent that no guard has let anybody read"))
}

/// The check for writes of the request that runs, where there is one.
pub(super) fn current() -> Option<WriteCheck> {
    CHECKS.try_with(|checks| checks.borrow().write.clone()).ok().flatten()
}
