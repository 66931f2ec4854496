//! The `portal` command: reads the command line and calls the library. Its allocator is that of the feature `mimalloc`.

use std::process::ExitCode;

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // With pages of 2 MiB a portal at rest takes twice the memory. Where the system refuses, it has none.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
    portal::cli::run()
}
