//! The database that a URL names. What the URL of a PostgreSQL server says is read as libpq reads it, and no part of it
//! is handed on in a refusal: libpq's own messages quote the part with the password.

use secrecy::{ExposeSecret as _, SecretString};

/// Values of `sslmode` with which libpq refuses a connection without TLS.
const ENCRYPTED: [&str; 3] = ["require", "verify-ca", "verify-full"];

/// The database that a URL names.
#[derive(Clone, Debug)]
pub enum Target {
    /// The path of a SQLite file.
    Sqlite(String),
    /// A libpq connection URL, password and all.
    Postgres(SecretString),
}

impl Target {
    /// Reads a database URL.
    ///
    /// # Errors
    /// A sentence for the operator, without the password, if the scheme is neither of the two, the path is empty, or
    /// libpq would refuse the URL and quote its password.
    pub fn parse(url: &str) -> Result<Self, String> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            return match path.trim_start_matches("//") {
                "" => Err("sqlite: wants the path of a file, as in sqlite:./var/portal.sqlite3".to_owned()),
                path => Ok(Self::Sqlite(path.to_owned())),
            };
        }
        // Without both slashes libpq takes the text for another form of parameters, and quotes its first word.
        match ["postgres://", "postgresql://"].iter().find_map(|scheme| url.strip_prefix(scheme)) {
            Some(rest) => match fault_of(rest) {
                Some(fault) => Err(fault.to_owned()),
                None => Ok(Self::Postgres(SecretString::from(url.to_owned()))),
            },
            None => Err("the URL starts with sqlite: or with postgres://".to_owned()),
        }
    }
}

/// Why libpq would refuse what follows the scheme, or would read a part of the password as the host.
fn fault_of(url: &str) -> Option<&'static str> {
    let is_encoded = |rest: &str| {
        rest.get(..2).is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()) && code != "00")
    };
    if !url.split('%').skip(1).all(is_encoded) {
        return Some("a % in the URL is written as %25");
    }
    if url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Some("a space in the URL is written as %20; it has no line break and no tab");
    }
    // As libpq reads it: user and password end at the first @ before a slash.
    let (authority, path) = url.split_once('/').unwrap_or((url, ""));
    let hosts = authority.split_once('@').map_or(authority, |(_login, hosts)| hosts);
    let hosts = hosts.split('?').next().unwrap_or_default();
    let is_port = |port: &str| port.is_empty() || port.parse::<u16>().is_ok_and(|port| port > 0);
    let has_port = |host: &str| {
        let port = match host.strip_prefix('[') {
            Some(address) => address.split_once(']').map(|(_address, port)| port),
            None => Some(host.find(':').and_then(|colon| host.get(colon..)).unwrap_or_default()),
        };
        port.is_some_and(|port| port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
    };
    let is_cut = path.split('?').next().is_some_and(|name| name.contains('@'));
    if is_cut || hosts.contains('@') || !hosts.split(',').all(has_port) {
        return Some(
            "after the host comes :PORT (1 to 65535) or nothing; in a password @ is written as %40, / as %2F, # as %23",
        );
    }
    let is_pair =
        |part: &str| part.split_once('=').is_some_and(|(name, value)| !name.is_empty() && !value.contains('='));
    if after_login(url).split_once('?').is_some_and(|(_place, query)| !query.split('&').all(is_pair)) {
        return Some(
            "after the ? each part is NAME=VALUE, with & between them; in a value & is written as %26, = as %3D, and in a \
             password before the host ? as %3F",
        );
    }
    None
}

impl Target {
    /// The database by its name, for the log.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// Whether the URL names a database, rather than leave it to libpq, which takes the name of the user.
    #[must_use]
    pub fn names_database(&self) -> bool {
        let Self::Postgres(url) = self else { return true };
        let (place, query) = parts(url.expose_secret());
        let is_named = place.split_once('/').is_some_and(|(_authority, name)| !name.is_empty());
        is_named || query.split('&').any(|pair| pair.strip_prefix("dbname=").is_some_and(|name| !name.is_empty()))
    }

    /// Whether the URL wants an encrypted connection, which libpq makes only where it was built with TLS.
    #[must_use]
    pub fn wants_tls(&self) -> bool {
        let Self::Postgres(url) = self else { return false };
        let (_, query) = parts(url.expose_secret());
        query.split('&').filter_map(|pair| pair.strip_prefix("sslmode=")).any(|mode| ENCRYPTED.contains(&mode))
    }
}

/// Whether a URL has a query, to which parameters can be added; a `?` in the password begins none.
pub(super) fn has_query(url: &str) -> bool {
    after_login(without_scheme(url)).contains('?')
}

/// What stands before and after the `?` of the query, without scheme and password.
fn parts(url: &str) -> (&str, &str) {
    let rest = after_login(without_scheme(url));
    rest.split_once('?').unwrap_or((rest, ""))
}

fn without_scheme(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_scheme, rest)| rest)
}

/// What follows the scheme, from the `@` on that ends the password where there is one.
fn after_login(rest: &str) -> &str {
    let login = rest.split('/').next().and_then(|authority| authority.find('@'));
    login.and_then(|end| rest.get(end..)).unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_that_libpq_would_quote_is_refused_without_its_password() {
        for url in [
            "postgres://robot:ti%zzger@db/portal",
            "postgres://robot:tiger%@db/portal",
            "postgres://robot:tiger%2",
            "postgres://robot:ti%00ger@db/portal",
            "postgres://robot:ti/ger@db/portal",
            "postgres://robot:ti@ger@db/portal",
            "postgres://robot:ti@h2/ger@10.1.1.1/portal",
            "postgres://robot:tiger@db:99999/portal",
            "postgres://robot:tiger@db:0/portal",
            "postgresql://robot:tiger@[::1/portal",
            "postgresql://robot:tiger@[::1]5432/portal",
            "postgres://robot:ti ger@db/portal",
            "postgres://robot:ti\tger@db/portal",
            "postgres://db/portal?password=ti ger",
            "postgres://db/portal?password=ti&ger",
            "postgres://db/portal?password=ti=ger",
            "postgres://db/portal?passwordtiger",
            "postgres://robot:12/4?ger@db/portal",
            "postgres://db/portal?",
        ] {
            let Err(fault) = Target::parse(url) else { panic!("{url}") };
            assert!(!fault.contains("ger") && fault.contains('%'), "{fault}");
        }
        for url in ["postgres:robot:tiger@db/portal", "postgres:/robot:tiger@db/portal", "postgresql:tiger", "tiger"] {
            assert!(Target::parse(url).is_err_and(|fault| !fault.contains("tiger")), "{url}");
        }
    }

    #[test]
    fn a_sign_in_the_password_begins_no_query() {
        for (url, expected) in [
            ("postgres://robot:a?b@db/portal", false),
            ("postgres://robot:a?b@db/portal?sslmode=require", true),
            ("postgres://db?sslmode=require", true),
            ("postgres://", false),
        ] {
            assert_eq!(has_query(url), expected, "{url}");
        }
    }

    #[test]
    fn the_urls_of_libpq_are_taken() {
        for url in [
            "postgres://robot:100%25%40%2F:?#@db.customs.int:5432/portal?sslmode=verify-full",
            "postgres://robot@[::1]:5432,db,second:6432/portal",
            "postgresql:///portal?host=/run/postgresql&user=robot@customs.int",
            "postgres://%2Frun%2Fpostgresql:5433/portal",
            "postgres://",
        ] {
            assert!(matches!(Target::parse(url), Ok(Target::Postgres(_))), "{url}");
        }
        assert!(matches!(Target::parse("sqlite:./100%.sqlite3"), Ok(Target::Sqlite(_))));
    }

    #[test]
    fn the_name_of_the_database_and_the_encryption_are_known() {
        let of = |url: &str| {
            let target = Target::parse(url).unwrap();
            (target.names_database(), target.wants_tls())
        };
        assert_eq!(of("postgres://robot:a?b#c@db:5432/portal?sslmode=verify-full"), (true, true));
        assert_eq!(of("postgres:///?dbname=portal&sslmode=prefer"), (true, false));
        assert_eq!(of("postgres://robot:tiger@db?sslmode=require"), (false, true));
        assert_eq!(of("postgres://robot:tiger@db/"), (false, false));
        assert_eq!(of("sqlite:./portal.sqlite3"), (true, false));
    }
}
