//! The commands of an operator: create administrators, end sessions, and repeat erasures after a backup was restored.

use std::io::{IsTerminal as _, Read as _};

use secrecy::SecretString;

use super::existing;
use crate::app::Portal;
use crate::audit::Audit;
use crate::config::Settings;
use crate::db::{Db, Id};
use crate::error::{Error, FieldCode, OrInternal as _, ProblemCode};
use crate::identity;
use crate::mail::EmailAddress;
use crate::privacy;
use crate::random::Random;
use crate::terminal::say;
use crate::text::{self, amount};
use crate::time::Clock;

/// Creates an administrator, or prints a link to choose a password.
pub(super) async fn create(settings: &Settings, email: &str, name: &str, totp: bool) -> Result<(), Error> {
    let email = EmailAddress::parse(email).map_err(|_fault| Error::internal("--email is not an e-mail address"))?;
    let name = text::name::person(name).map_err(|_fault| Error::internal("--name is not the name of a person"))?;
    existing::prepared(settings)?;
    existing::check_key(settings)?;
    let (portal, ..) = Portal::assemble(settings, Clock::system(), Random::system()).await?;
    let Some(password) = read_password().or_internal()? else {
        if totp {
            return Err(Error::internal("--totp wants the password on standard input"));
        }
        let made = portal.identity.set_up_link(Some((email.clone(), name))).await;
        let link = made.map_err(|error| explained(error, email.as_str()))?;
        let hours = settings.identity.set_up_link_hours;
        say(&format!("Open this link once, within {hours} hours, to choose a password for {}:", email.as_str()));
        say(&format!("  {}{link}", settings.server.public_url));
        return Ok(());
    };
    let made = portal.identity.create_administrator(email.clone(), name, &password, totp).await;
    let uri = made.map_err(|error| explained(error, email.as_str()))?;
    say(&format!("{} is an administrator now", email.as_str()));
    match uri {
        Some(uri) => {
            say("Put this into an authenticator app; it is not shown again:");
            say(&uri);
        }
        None => say("The portal asks for a second factor: log in, and add an authenticator app or a passkey."),
    }
    Ok(())
}

/// The refusal as text for a terminal.
fn explained(error: Error, email: &str) -> Error {
    let Error::Refused(refusal) = &error else { return error };
    let fault = refusal.errors.first();
    match (refusal.code, fault.map(|fault| fault.code)) {
        (ProblemCode::AccountExists, _) => Error::internal(format!("{email} has an account already")),
        (_, Some(FieldCode::PasswordTooShort)) => {
            let min = fault.and_then(|fault| fault.args.first()).map_or("", |(_, min)| min);
            Error::internal(format!("the password needs at least {min} characters"))
        }
        (_, Some(FieldCode::PasswordTooLong)) => Error::internal("the password is too long"),
        (_, Some(FieldCode::PasswordCommon)) => {
            Error::internal("the password is too easy to guess; several unrelated words are good")
        }
        (_, Some(FieldCode::PasswordContext)) => {
            Error::internal("the password is made of the address, the name or the portal's")
        }
        _ => error,
    }
}

/// The first line of standard input, if it is piped.
fn read_password() -> std::io::Result<Option<SecretString>> {
    let mut input = std::io::stdin();
    if input.is_terminal() {
        return Ok(None);
    }
    let mut text = String::new();
    input.by_ref().take(4_096).read_to_string(&mut text)?;
    let line = text.lines().next().unwrap_or_default();
    Ok((!line.is_empty()).then(|| SecretString::from(line.to_owned())))
}

/// Ends every session, API token, pending login and set-up link.
pub(super) async fn end_sessions(settings: &Settings) -> Result<(), Error> {
    let target = existing::database(settings)?;
    let db = Db::start(&target, settings.database_size(&target))?;
    let ended =
        identity::end_everybodys(&db, Audit::new(Clock::system(), Random::system()), Clock::system().now()).await?;
    say(&format!(
        "ended {}, every API token, pending logins and set-up links; this is effective everywhere within two seconds",
        amount(ended, "session")
    ));
    Ok(())
}

/// Adds accounts to the list of erasures, which maintenance carries out again.
pub(super) async fn add_erasures(settings: &Settings, mut ids: Vec<Id>) -> Result<(), Error> {
    let target = existing::prepared(settings)?;
    let db = Db::start(&target, settings.database_size(&target))?;
    ids.sort_unstable();
    ids.dedup();
    let listed = ids.len();
    let back = privacy::add_erasures(&db, ids, Clock::system().now()).await?;
    let (listed, back) = (amount(listed, "erasure"), amount(back, "account"));
    say(&format!("{listed} in the list; `portal serve` erases {back} within minutes"));
    Ok(())
}
