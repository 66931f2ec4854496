//! Detached work: the part of a request that runs to its end, even if the client disconnects.
//!
//! The future of a request is dropped at any await point when the client closes the connection or its time is over.
//! Most work may stop there. Work that must not, since it would be left half done or repeated by another request, runs
//! in a task of its own ([`to_the_end`]). It keeps the checks of its request (`db::write_check`), so its writes follow
//! the present rights.
//!
//! A client that sends many such requests and disconnects has as much work in progress as the caller allows: the caller
//! takes the limit (a slot, a permit) before, and passes it to the task.
//!
//! Left out: the end of the process, which ends such work too.

use tracing::Instrument as _;

use crate::db::with_checks_of_request;
use crate::error::{Error, OrInternal as _};

/// Runs work to its end, even if its caller goes away.
///
/// # Errors
/// Those of the work; 500 if it panics.
pub async fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<T, Error> {
    tokio::spawn(with_checks_of_request(work).in_current_span()).await.or_internal()?
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::sync::oneshot;

    use super::*;
    use crate::db::{Conn, read_check, set_read_check, with_write_check};
    use crate::error::ProblemCode;

    #[tokio::test]
    async fn a04_it_is_done_where_its_request_has_gone_and_with_the_checks_of_that() {
        let (begun, begins) = oneshot::channel();
        let (go_on, goes_on) = oneshot::channel::<()>();
        let (done, is_done) = oneshot::channel();
        let request = with_write_check(async {
            set_read_check(Arc::new(|_: &mut Conn| Ok(()))).unwrap();
            to_the_end(async move {
                begun.send(()).unwrap();
                goes_on.await.unwrap();
                done.send(read_check().is_ok()).unwrap();
                Ok(())
            })
            .await
        });
        tokio::select! {
            _ = request => panic!("it waits"),
            begun = begins => begun.unwrap(),
        }
        go_on.send(()).unwrap();
        assert!(is_done.await.unwrap(), "it has the checks of its request");
    }

    #[tokio::test]
    async fn its_outcome_is_that_of_the_work() {
        assert_eq!(to_the_end(async { Ok(7) }).await.unwrap(), 7);
        let refused = to_the_end(async { Err::<(), _>(Error::not_found()) }).await.unwrap_err();
        assert_eq!(refused.refusal(), Some(ProblemCode::NotFound));
        let fallen: Result<(), Error> = to_the_end(async { panic!("on purpose") }).await;
        assert!(matches!(fallen, Err(Error::Internal(_))));
    }
}
