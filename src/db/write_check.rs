//! What must still hold when a request writes: a check that runs first in every unit of work of that request.
//!
//! A request is let in on what this process remembers of its sender, which may be out of date by seconds. The guard that lets it in
//! sets a check ([`set_write_check`]), and [`super::Db::write`] runs it in the same transaction as the work. So what is written
//! always follows from the rights of that moment, and no handler has to think of it.
//!
//! The check belongs to the request, not to the handle on the database: it is a task-local value of the future that the
//! middleware wraps ([`with_write_check`]). Work outside of a request (couriers, timetables, commands) has none, and reads are
//! not checked.

use std::cell::RefCell;
use std::sync::Arc;

use super::Conn;
use crate::error::Error;

/// Refuses where the sender of the request may not write any more.
pub type WriteCheck = Arc<dyn Fn(&mut Conn) -> Result<(), Error> + Send + Sync>;

tokio::task_local! {
    static CHECK: RefCell<Option<WriteCheck>>;
}

/// Runs a request that may set a check.
pub async fn with_write_check<F: Future>(request: F) -> F::Output {
    CHECK.scope(RefCell::default(), request).await
}

/// Runs what the portal does in its own name after a request has done its own: it may have ended the session of its sender.
pub async fn in_own_name<F: Future>(work: F) -> F::Output {
    with_write_check(work).await
}

/// Sets the check of the request that runs.
///
/// # Errors
/// Where no request runs: then nobody is let in.
pub fn set_write_check(check: WriteCheck) -> Result<(), Error> {
    let set = CHECK.try_with(|slot| *slot.borrow_mut() = Some(check));
    set.map_err(|_outside| Error::internal("a write check was set outside of a request"))
}

/// The check of the request that runs, where there is one.
pub(super) fn current() -> Option<WriteCheck> {
    CHECK.try_with(|slot| slot.borrow().clone()).ok().flatten()
}
