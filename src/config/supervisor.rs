//! What systemd tells a service in its environment: where to report, and how often.
//!
//! Left out: systemd's library. The protocol is a datagram to a socket (`sd_notify(3)`).

use std::time::Duration;

/// The wishes of a supervisor; empty without one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Supervisor {
    /// The socket that is told of the state: a path, or after `@` an abstract name.
    pub socket: Option<String>,
    /// The service counts as hung if it is silent for this long.
    pub watchdog: Option<Duration>,
}

impl Supervisor {
    /// The wishes in the environment of the process.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this module reads the environment")]
    pub fn of_process() -> Self {
        Self::read(|name| std::env::var(name).ok(), std::process::id())
    }

    fn read(variable: impl Fn(&str) -> Option<String>, process: u32) -> Self {
        let socket = variable("NOTIFY_SOCKET").filter(|socket| socket.starts_with(['/', '@']));
        let number = |name: &str| variable(name).and_then(|text| text.parse::<u64>().ok());
        // Of a process that this one is a child of.
        let is_ours = number("WATCHDOG_PID").is_none_or(|of| of == u64::from(process));
        let watchdog = number("WATCHDOG_USEC").filter(|micros| is_ours && *micros > 0).map(Duration::from_micros);
        Self { watchdog: watchdog.filter(|_| socket.is_some()), socket }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_watchdog_is_that_of_this_process() {
        let read = |of: &str, socket: &str| {
            let variable = |name: &str| match name {
                "NOTIFY_SOCKET" => Some(socket.to_owned()),
                "WATCHDOG_USEC" => Some("30000000".to_owned()),
                "WATCHDOG_PID" => Some(of.to_owned()),
                _ => None,
            };
            Supervisor::read(variable, 7)
        };
        let every = Some(Duration::from_secs(30));
        assert_eq!(read("7", "/run/notify"), Supervisor { socket: Some("/run/notify".to_owned()), watchdog: every });
        assert_eq!(read("7", "@notify").watchdog, every);
        assert_eq!(read("8", "/run/notify").watchdog, None);
        assert_eq!(read("7", "notify"), Supervisor::default());
        assert_eq!(Supervisor::read(|_| None, 7), Supervisor::default());
    }
}
