//! The yardstick: a bare actix server in a process of its own, whose two routes answer prepared JSON.
//!
//! The bench calls itself with [`FLAG`] to be that server.

use std::future::ready;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Command, Stdio};

use actix_web::web::{self, Bytes};
use actix_web::{App, HttpResponse, HttpServer};

use super::Outcome;
use super::process::Process;

/// The argument that makes the bench the server; the sizes of the two answers follow.
pub const FLAG: &str = "--plain-server";

/// The running server.
pub struct Plain {
    /// Where.
    pub address: SocketAddr,
    _process: Process,
}

impl Plain {
    /// Starts a server whose `/page` and `/read` answer so many bytes.
    pub fn start(page: usize, read: usize) -> Outcome<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args([FLAG, &page.to_string(), &read.to_string()]).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = Process::start("the plain server", &mut command)?;
        let mut line = String::new();
        BufReader::new(process.stdout()?).read_line(&mut line)?;
        Ok(Self { address: line.trim().parse()?, _process: process })
    }
}

/// Is the server, until a signal.
pub fn serve(sizes: &[String]) -> Outcome<()> {
    let [page, read] = sizes else { return Err("wants two sizes".into()) };
    let (page, read) = (json_of(page.parse()?), json_of(read.parse()?));
    let server = HttpServer::new(move || {
        let (page, read) = (page.clone(), read.clone());
        App::new()
            .route("/page", web::get().to(move || ready(answer(page.clone()))))
            .route("/read", web::get().to(move || ready(answer(read.clone()))))
    })
    .workers(portal::config::processors())
    .shutdown_timeout(1)
    .bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = server.addrs().first().copied().ok_or("bound to nothing")?;
    writeln!(std::io::stdout(), "{address}")?;
    Ok(actix_web::rt::System::new().block_on(server.run())?)
}

/// JSON of exactly this many bytes.
fn json_of(size: usize) -> Bytes {
    Bytes::from(format!("\"{}\"", "x".repeat(size.saturating_sub(2))))
}

fn answer(body: Bytes) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(body)
}
