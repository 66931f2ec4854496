//! The commands by which an operator sets up administrators, checks the audit log, and ends sessions.

use std::io::{IsTerminal as _, Read as _};
use std::process::ExitCode;

use secrecy::SecretString;

use super::say;
use crate::app::{self, Portal};
use crate::audit::{self, Audit, Verdict};
use crate::config::Settings;
use crate::db::{self, Access, Db, Target};
use crate::error::{Error, OrInternal as _};
use crate::identity;
use crate::mail::EmailAddress;
use crate::random::Random;
use crate::secrets::MasterKey;
use crate::text;
use crate::time::Clock;

/// Makes an administrator, or prints a link by which one chooses a password.
pub(super) async fn create(settings: &Settings, email: &str, name: &str, totp: bool) -> Result<(), Error> {
    let email = EmailAddress::parse(email).map_err(|_fault| Error::internal("--email is not an e-mail address"))?;
    let name = text::name::person(name).map_err(|_fault| Error::internal("--name is not the name of a person"))?;
    let target = settings.database_target().or_internal()?;
    app::prepare(&target, &Clock::system(), &Random::system())?;
    let (portal, ..) = Portal::assemble(settings, Clock::system(), Random::system()).await?;
    let Some(password) = read_password().or_internal()? else {
        if totp {
            return Err(Error::internal("--totp wants the password on standard input"));
        }
        let link = portal.identity.set_up_link(Some((email, name))).await?;
        say("Open this link once to choose a password:");
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

/// The refusal in the words of a terminal.
fn explained(error: Error, email: &str) -> Error {
    let Error::Refused(refusal) = &error else { return error };
    let fault = refusal.errors.first();
    match (refusal.code, fault.map_or("", |fault| fault.code)) {
        ("account_exists", _) => Error::internal(format!("{email} has an account already")),
        (_, "password_too_short") => {
            let min = fault.and_then(|fault| fault.args.first()).map_or("", |(_, min)| min);
            Error::internal(format!("the password needs at least {min} characters"))
        }
        (_, "password_too_long") => Error::internal("the password is too long"),
        (_, "password_common") => {
            Error::internal("the password is too easy to guess; several unrelated words are good")
        }
        (_, "password_context") => Error::internal("the password is made of the address, the name or the portal's"),
        _ => error,
    }
}

/// The first line of standard input, where something is piped in.
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

/// Checks the chain of the audit log.
pub(super) fn verify_audit(settings: &Settings) -> Result<ExitCode, Error> {
    let target = settings.database_target().or_internal()?;
    if let Target::Sqlite(path) = &target
        && !std::path::Path::new(path).exists()
    {
        return Err(Error::internal(format!("there is no database at {path}")));
    }
    let key = app::audit_key(&MasterKey::existing(&settings.identity)?)?;
    let mut connection = db::open(&target, Access::Read)?;
    let now = Clock::system().now();
    let verdict = connection.transaction_for_read(|conn| audit::verify(conn, &key, now))?;
    Ok(match verdict {
        Verdict::Whole { head, unsealed } => {
            say(&format!("whole: {} entries sealed, {unsealed} await their seal", head.position));
            say(&format!("end of the chain: {} {}", head.position, head.hex()));
            ExitCode::SUCCESS
        }
        Verdict::Broken { position, fault } => {
            say(&format!("BROKEN at link {position}: {fault}"));
            ExitCode::FAILURE
        }
    })
}

/// Ends every session.
pub(super) async fn end_sessions(settings: &Settings) -> Result<(), Error> {
    let target = settings.database_target().or_internal()?;
    let db = Db::start(&target, settings.database_size(&target))?;
    let ended =
        identity::end_everybodys(&db, Audit::new(Clock::system(), Random::system()), Clock::system().now()).await?;
    say(&format!("ended {ended} session(s) and every API token; it counts everywhere within two seconds"));
    Ok(())
}
