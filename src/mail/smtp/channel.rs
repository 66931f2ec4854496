//! The connection to a relay: one write for all that is sent together, one reply at a time, each with a timeout.

use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader};

use super::reply::{MAX_LINE, Reader, Reply};

/// A socket, encrypted or not.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send + Sync {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + Sync> Stream for T {}

/// An open connection to a relay.
pub(super) struct Channel {
    stream: BufReader<Box<dyn Stream>>,
    step: Duration,
}

impl Channel {
    /// Uses this socket; each write and each reply may take `step`.
    pub(super) fn new(stream: Box<dyn Stream>, step: Duration) -> Self {
        Self { stream: BufReader::new(stream), step }
    }

    /// The socket below, for encryption. None if the relay has sent something unasked: data from before the encryption
    /// must not count as encrypted.
    pub(super) fn into_stream(self) -> Option<Box<dyn Stream>> {
        self.stream.buffer().is_empty().then(|| self.stream.into_inner())
    }

    /// Writes all bytes at once.
    pub(super) async fn write(&mut self, bytes: &[u8]) -> Result<(), String> {
        let write = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        match tokio::time::timeout(self.step, write).await {
            Ok(result) => result.map_err(|error| error.to_string()),
            Err(_elapsed) => Err(late(self.step)),
        }
    }

    /// The next reply.
    pub(super) async fn reply(&mut self) -> Result<Reply, String> {
        match tokio::time::timeout(self.step, self.read_reply()).await {
            Ok(result) => result,
            Err(_elapsed) => Err(late(self.step)),
        }
    }

    /// A command and its reply.
    pub(super) async fn command(&mut self, line: &str) -> Result<Reply, String> {
        self.write(format!("{line}\r\n").as_bytes()).await?;
        self.reply().await
    }

    async fn read_reply(&mut self) -> Result<Reply, String> {
        let mut reader = Reader::default();
        loop {
            let mut line = Vec::new();
            let limit = u64::try_from(MAX_LINE).unwrap_or(u64::MAX);
            (&mut self.stream).take(limit).read_until(b'\n', &mut line).await.map_err(|error| error.to_string())?;
            if line.last() != Some(&b'\n') {
                return Err(
                    if line.len() < MAX_LINE { "the relay hung up" } else { "a reply without an end" }.to_owned()
                );
            }
            let text = String::from_utf8_lossy(&line);
            if let Some(reply) = reader.take(text.trim_end_matches(['\r', '\n']))? {
                return Ok(reply);
            }
        }
    }
}

fn late(step: Duration) -> String {
    format!("no answer within {} s", step.as_secs_f32())
}
