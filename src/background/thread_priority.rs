//! Priorities of threads: work without a waiting client yields to work with one.
//!
//! Threads of actix serve requests. Threads of a lower priority hash passwords, and sign and send mails; with few
//! processors, this keeps pages fast.
//!
//! Left out: the threads of the database, which readers and senders share.

use tokio::runtime::{Builder, Runtime};

/// The niceness of the tasks of [`runtime`]: under load they get about a tenth of the time of others.
const TASKS: i32 = 10;

/// Lowers the priority of this thread by so much ("nice"). On Linux a thread has a priority of its own; elsewhere
/// nothing changes, and a refusal is ignored.
pub fn lower_priority(by: i32) {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(Some(rustix::thread::gettid()), by);
}

/// A runtime for tasks that may use every idle processor.
///
/// # Errors
/// If the system gives no threads.
pub fn runtime() -> std::io::Result<Runtime> {
    Builder::new_multi_thread().enable_all().thread_name("background").on_thread_start(|| lower_priority(TASKS)).build()
}
