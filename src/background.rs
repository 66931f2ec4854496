//! Work that answers nobody at the moment: its threads let those go first that do.
//!
//! Requests are served by threads of actix's own. Passwords are hashed, and mails signed and sent, by threads of a lower
//! priority; with few processors that is the difference between a page now and a page soon.
//!
//! Left out: the threads of the database. Who reads and who sends share them.

use tokio::runtime::{Builder, Runtime};

/// How far the tasks of [`runtime`] step back: about a third of the time that others get where there is not enough for all.
const TASKS: i32 = 5;

/// Lets other threads go before this one, by so much ("nice"). On Linux a thread has a priority of its own; elsewhere nothing
/// is changed, and where it is refused nothing is lost.
pub fn step_back(by: i32) {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(Some(rustix::thread::gettid()), by);
}

/// A runtime for tasks that may have every processor when nobody else wants it.
///
/// # Errors
/// Where the system gives no threads.
pub fn runtime() -> std::io::Result<Runtime> {
    Builder::new_multi_thread().enable_all().thread_name("background").on_thread_start(|| step_back(TASKS)).build()
}
