//! All contacts as a file, read while it is sent.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::flood::watch::{Memory, memory, watched};
use portal::bench::Outcome;
use portal::bench::site::Portal;

/// How long a file may take.
const PATIENCE: Duration = Duration::from_mins(10);

/// A file that has come.
pub struct Export {
    /// Rows after the header.
    pub rows: u32,
    /// Its size, in bytes.
    pub bytes: u64,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// The portal's memory before and, at most, meanwhile.
    pub memory: [Memory; 2],
}

/// Fetches the contacts as comma-separated values.
pub async fn export(portal: &Portal, token: &str) -> Outcome<Export> {
    let (process, began) = (portal.process.id(), Instant::now());
    let before = memory(process)?;
    let ((rows, bytes), most) = watched(process, async { timeout(PATIENCE, fetch(portal, token)).await? }).await?;
    Ok(Export { rows, bytes, seconds: began.elapsed().as_secs_f64(), memory: [before, most] })
}

/// Rows and bytes. Requested in HTTP/1.0, so that the body is not chunked, and ends with the connection.
async fn fetch(portal: &Portal, token: &str) -> Outcome<(u32, u64)> {
    let mut stream = TcpStream::connect(portal.address).await?;
    let request =
        format!("GET /api/v1/contacts.csv HTTP/1.0\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let (mut buffer, mut lines, mut bytes) = (Vec::with_capacity(256 * 1024), 0_usize, 0_u64);
    let mut head: Option<Vec<u8>> = Some(Vec::new());
    while stream.read_buf(&mut buffer).await? > 0 {
        let mut body = buffer.as_slice();
        if let Some(begun) = &mut head {
            begun.extend_from_slice(body);
            let Some(end) = begun.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
                buffer.clear();
                continue;
            };
            if !begun.starts_with(b"HTTP/1.0 200") && !begun.starts_with(b"HTTP/1.1 200") {
                return Err(String::from_utf8_lossy(begun).into_owned().into());
            }
            let inside = begun.len() - end - 4;
            body = buffer.get(buffer.len() - inside..).unwrap_or_default();
            head = None;
        }
        lines += body.split(|byte| *byte == b'\n').count() - 1;
        bytes += u64::try_from(body.len())?;
        buffer.clear();
    }
    // No made-up contact has a line break in a cell.
    Ok((u32::try_from(lines.saturating_sub(1))?, bytes))
}
