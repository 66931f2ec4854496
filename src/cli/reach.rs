//! Requests of commands to the portal that runs with the same configuration, on this machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use ureq::Agent;

use crate::config::Settings;
use crate::error::Error;

/// The URL of a path of monitoring: on the listener of operators, if there is one.
pub(super) fn url(settings: &Settings, path: &str) -> String {
    let server = &settings.server;
    let bind = if server.management_bind.is_empty() { &server.bind } else { &server.management_bind };
    format!("http://{}{path}", reachable(bind))
}

/// The address on this machine of a portal that listens on the given one.
fn reachable(bind: &str) -> String {
    match bind.parse::<SocketAddr>() {
        Ok(address) if address.ip().is_unspecified() => {
            let is_v4 = address.is_ipv4();
            let ip = if is_v4 { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { IpAddr::V6(Ipv6Addr::LOCALHOST) };
            SocketAddr::new(ip, address.port()).to_string()
        }
        _ => bind.to_owned(),
    }
}

/// The status and the body of the answer.
pub(super) fn get(url: &str, token: Option<&str>, patience: Duration) -> Result<(u16, String), Error> {
    // No proxy: the token is for the portal only.
    let config = Agent::config_builder().http_status_as_error(false).proxy(None).timeout_global(Some(patience));
    let agent: Agent = config.max_redirects(0).build().into();
    let failed = |error: ureq::Error| Error::internal(format!("no answer from {url}: {error}"));
    let mut request = agent.get(url);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let mut answer = request.call().map_err(failed)?;
    let status = answer.status().as_u16();
    Ok((status, answer.body_mut().read_to_string().map_err(failed)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portal_that_listens_everywhere_is_asked_here() {
        assert_eq!(reachable("0.0.0.0:8080"), "127.0.0.1:8080");
        assert_eq!(reachable("[::]:8080"), "[::1]:8080");
        assert_eq!(reachable("10.0.0.7:8080"), "10.0.0.7:8080");
        assert_eq!(reachable("localhost:8080"), "localhost:8080");
    }
}
