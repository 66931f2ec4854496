//! A proxy between the portal and PostgreSQL, which can cut the connections.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream, ToSocketAddrs as _};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// A proxy for one server.
pub struct Proxy {
    address: SocketAddr,
    cut: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<TcpStream>>>,
    /// How many bytes a connection may carry in one direction before both of its ends are closed.
    most: Arc<AtomicUsize>,
}

/// The host and port of a URL.
fn host(url: &str) -> String {
    let rest = url.split_once("://").unwrap().1;
    let authority = rest.split(['/', '?']).next().unwrap();
    authority.rsplit('@').next().unwrap().to_owned()
}

impl Proxy {
    pub fn start(url: &str) -> Self {
        let server = host(url).to_socket_addrs().unwrap().next().unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (cut, open) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let most = Arc::new(AtomicUsize::new(usize::MAX));
        let (is_cut, lines, limit) = (Arc::clone(&cut), Arc::clone(&open), Arc::clone(&most));
        // It ends with the suite.
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // A connection while the line is cut gets no answer at all, as behind a broken cable.
                let server = if is_cut.load(Ordering::SeqCst) { None } else { TcpStream::connect(server).ok() };
                let mut lines = lines.lock().unwrap();
                lines.push(client.try_clone().unwrap());
                if let Some(server) = server {
                    lines.push(server.try_clone().unwrap());
                    for (from, to) in [(&client, &server), (&server, &client)] {
                        let signs = (Arc::clone(&is_cut), Arc::clone(&limit));
                        pump(from.try_clone().unwrap(), to.try_clone().unwrap(), signs);
                    }
                }
            }
        });
        Self { address, cut, open, most }
    }

    /// The URL of a database by way of the proxy.
    pub fn url(&self, database: &str) -> String {
        database.replace(&host(database), &self.address.to_string())
    }

    /// Lets nothing through any more, and closes nothing.
    pub fn cut(&self) {
        self.cut.store(true, Ordering::SeqCst);
    }

    /// Closes each connection that has carried so many bytes in one direction.
    pub fn close_after(&self, bytes: usize) {
        self.most.store(bytes, Ordering::SeqCst);
    }

    /// Lets new connections through; the old ones are dead.
    pub fn restore(&self) {
        self.cut.store(false, Ordering::SeqCst);
        for line in self.open.lock().unwrap().drain(..) {
            let _ = line.shutdown(Shutdown::Both);
        }
    }
}

fn pump(mut from: TcpStream, mut to: TcpStream, (cut, most): (Arc<AtomicBool>, Arc<AtomicUsize>)) {
    thread::spawn(move || {
        let (mut buffer, mut carried) = ([0; 16_384], 0_usize);
        while let Ok(count) = from.read(&mut buffer) {
            carried = carried.saturating_add(count);
            if count == 0 || carried > most.load(Ordering::SeqCst) {
                break;
            }
            // Bytes that arrive while the line is cut are lost.
            if !cut.load(Ordering::SeqCst) && to.write_all(&buffer[..count]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
        let _ = from.shutdown(Shutdown::Both);
    });
}
