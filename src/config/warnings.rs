//! Valid settings that may be a mistake: logged as warnings by `portal serve` and `portal check-config`.
//!
//! Left out: settings that are unsafe for a portal that serves others; these are refused (`safety`).

use std::net::SocketAddr;

use secrecy::ExposeSecret as _;
use url::Url;

use super::safety::is_this_machine;
use super::{Bind, Settings, secret_files};

impl Settings {
    /// Notes that everybody can read the file of the master key, if the key is in one.
    pub(super) fn note_exposed_key(&mut self) {
        let file = &self.identity.master_key_file;
        if self.identity.master_key.expose_secret().is_empty() && secret_files::is_exposed(file) {
            self.exposed.push(secret_files::exposed(file));
        }
    }

    /// A sentence for each setting that may be a mistake.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = self.renamed();
        warnings.extend(self.exposed.iter().cloned());
        if self.serves_the_world() && self.community.contact_email.is_empty() {
            warnings.push(
                "community.contact_email is empty: people with a question find no address to write to".to_owned(),
            );
        }
        let management = self.server.management_bind.parse::<SocketAddr>();
        if management.is_ok_and(|address| address.ip().is_unspecified()) {
            warnings.push(
                "server.management_bind is on every address of this machine: whoever reaches that port reads the figures \
                 without a token"
                    .to_owned(),
            );
        }
        let (Ok(bind), Ok(url)) = (Bind::parse(&self.server.bind), Url::parse(&self.server.public_url)) else {
            return warnings;
        };
        let (public_url, written) = (&self.server.public_url, &self.server.bind);
        if !is_this_machine(&url) {
            if !self.serves_the_world() {
                warnings.push(format!(
                    "server.public_url is {public_url}, a placeholder, and server.bind is an address of this machine: the \
                     portal counts as a trial, and unsafe settings are not refused"
                ));
            }
            return warnings;
        }
        if bind.is_open() {
            warnings.push(format!(
                "server.bind lets other machines reach the portal, but server.public_url is {public_url}: the portal counts as a \
                 trial, unsafe settings are not refused, and links lead to the reader's own machine"
            ));
        } else if bind.port().is_some_and(|port| port != 0 && url.port_or_known_default() != Some(port)) {
            warnings.push(format!(
                "server.bind is {written}, but links begin with server.public_url, {public_url}: they lead nowhere unless something \
                 forwards from there"
            ));
        }
        warnings
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Sources, load};

    fn warned(settings: &[&str]) -> Vec<String> {
        let overrides = settings.iter().map(|&setting| setting.to_owned()).collect();
        load(&Sources { overrides, ..Sources::default() }).unwrap().warnings()
    }

    #[test]
    fn an_address_that_does_not_match_and_a_missing_contact_are_told() {
        let world = [
            "server.public_url=https://portal.customs.int",
            "server.trusted_proxies=172.30.71.1",
            "server.docs=false",
            "mail.from=Community <portal@customs.int>",
            "mail.transport=smtp",
        ];
        for (settings, key) in [
            (&["server.bind=0.0.0.0:8080"][..], "server.bind lets other machines"),
            (&["server.bind=127.0.0.1:9000"][..], "server.bind is 127.0.0.1:9000"),
            (&["server.management_bind=0.0.0.0:9180"][..], "server.management_bind is on every address"),
            (&world[..], "community.contact_email"),
            (&["server.public_url=https://portal.example"][..], "server.public_url is https://portal.example"),
        ] {
            let found = warned(settings);
            assert!(found.len() == 1 && found[0].starts_with(key), "{key}: {found:?}");
        }
        let contact = [&world[..], &["community.contact_email=ask@customs.int"]].concat();
        let moved = ["server.bind=127.0.0.1:9000", "server.public_url=http://localhost:9000"];
        let socket = ["server.bind=unix:/run/portal/portal.sock", "server.public_url=http://localhost"];
        for settings in [&[][..], &["server.bind=127.0.0.1:0"][..], &moved[..], &contact[..], &socket[..]] {
            assert_eq!(warned(settings), Vec::<String>::new(), "{settings:?}");
        }
    }
}
