//! Failures of the database that an operator ends by correcting something: what that is, for the terminal and the log.
//!
//! A server that is away may come back; one that refuses the role, its password or the name of the database does not
//! change its mind, so a start does not wait for it. The library hands on words alone (`database`): those of English,
//! German, French and Spanish are known here, and a refusal in another language is taken for a server that is away.

use std::borrow::Cow;

use super::Error;

/// How the server says that there is no such database: two parts of its sentence, in either order.
const NO_DATABASE: [[&str; 2]; 4] = [
    ["database \"", "\" does not exist"],
    ["Datenbank »", "existiert nicht"],
    ["la base de données «", "n'existe pas"],
    ["no existe la base de datos", "«"],
];
/// How it refuses a role.
const NO_ENTRY: [[&str; 2]; 11] = [
    ["password authentication failed", ""],
    ["no password supplied", ""],
    ["role \"", "\" does not exist"],
    ["no pg_hba.conf entry", ""],
    ["Passwort-Authentifizierung für Benutzer", "fehlgeschlagen"],
    ["Rolle »", "existiert nicht"],
    ["kein pg_hba.conf-Eintrag", ""],
    ["authentification par mot de passe échouée", ""],
    ["le rôle «", "n'existe pas"],
    ["la autentificación password falló", ""],
    ["no existe el rol", ""],
];
/// How it says that a role may create no tables.
const NO_TABLES: [&str; 4] = [
    "permission denied for schema",
    "keine Berechtigung für Schema",
    "droit refusé pour le schéma",
    "permiso denegado al esquema",
];

/// A text of others as one line: libpq says in several what went wrong at each address of a host. A line that begins a
/// sentence ends the one before.
pub(super) fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(['\n', '\r']) {
        return Cow::Borrowed(text);
    }
    let mut whole = String::with_capacity(text.len());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if line.starts_with(char::is_uppercase) && whole.ends_with(char::is_alphanumeric) {
            whole.push('.');
        }
        let words = line.split_whitespace();
        words.for_each(|word| whole.extend([" ", word].into_iter().skip(usize::from(whole.is_empty()))));
    }
    Cow::Owned(whole)
}

impl Error {
    /// What an operator does where the server refuses the connection for good; none where it may come by waiting.
    #[must_use]
    pub fn way_in(&self) -> Option<&'static str> {
        let Self::Refused(refusal) = self else { return None };
        way_in(refusal.cause.as_deref()?)
    }

    /// A failed migration.
    #[track_caller]
    #[must_use]
    pub fn migration(error: &(dyn std::error::Error + Send + Sync)) -> Self {
        let said = error.to_string();
        let next = if NO_TABLES.iter().any(|words| said.contains(words)) {
            ". Since PostgreSQL 15 a role may create tables in a database of its own alone: ALTER DATABASE … OWNER TO \
             the role of database.url, or GRANT CREATE ON SCHEMA public TO it"
        } else {
            ""
        };
        Self::internal(format!("a migration failed: {said}{next}"))
    }
}

fn way_in(words: &str) -> Option<&'static str> {
    let told = |sentences: &[[&str; 2]]| sentences.iter().any(|parts| parts.iter().all(|part| words.contains(part)));
    if told(&NO_DATABASE) {
        return Some(
            "make it: createdb --owner=ROLE --encoding=UTF8 --template=template0 NAME; or correct database.url",
        );
    }
    told(&NO_ENTRY).then_some("correct the role and the password in database.url, or permit them in pg_hba.conf")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_refuses_for_good_is_told_from_one_that_is_away() {
        let at = "connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  ";
        for (words, next) in [
            ("database \"portal\" does not exist", "make it"),
            ("la base de données « portal » n'existe pas", "make it"),
            ("Datenbank »portal« existiert nicht", "make it"),
            ("password authentication failed for user \"portal\"", "correct the role"),
            ("role \"portal\" does not exist", "correct the role"),
            ("authentification par mot de passe échouée pour l'utilisateur « portal »", "correct the role"),
        ] {
            let error = Error::no_connection(format!("{at}{words}"));
            assert!(error.way_in().is_some_and(|way| way.starts_with(next)), "{words}");
            assert!(error.operator_message().contains(next), "{words}");
        }
        for away in ["Connection refused", "FATAL:  the database system is starting up", "timeout expired"] {
            assert_eq!(Error::no_connection(format!("{at}{away}")).way_in(), None, "{away}");
        }
        assert_eq!(Error::busy().way_in(), None);
    }

    #[test]
    fn the_words_of_others_are_one_line_of_the_log() {
        let error = Error::no_connection("connection to server at \"::1\" failed\n\tIs the server running?\n");
        assert!(error.to_string().ends_with("failed. Is the server running?"), "{error}");
        assert!(Error::internal("one\n  - two").to_string().starts_with("one - two (at "));
        assert_eq!(one_line("as  it is"), "as  it is");
    }

    #[test]
    fn a_role_that_may_create_no_tables_is_told_what_to_do() {
        let denied = std::io::Error::other("permission denied for schema public");
        assert!(Error::migration(&denied).operator_message().contains("GRANT CREATE ON SCHEMA public"));
        let other = std::io::Error::other("syntax error");
        assert_eq!(Error::migration(&other).operator_message(), "a migration failed: syntax error");
    }
}
