//! Relays that encrypt: with any certificate where it is an opportunity, with the right one where it is required.

use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use portal::config::{self, Sources};
use portal::incidents::{Part, Troubles};
use portal::mail::{Options, Sender, Transport};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::support::{Application, Expect as _, TestApp, story};

/// Made by `openssl req -x509`, and good for nothing else: an authority (CA:TRUE) that a relay shows as its certificate.
const CERTIFICATE: &str = "\
-----BEGIN CERTIFICATE-----
MIIBhzCCAS2gAwIBAgIUbd6aTJoBOXZuhwpR0x3zHuk0mGswCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNcmVsYXkuZXhhbXBsZTAgFw0yNjExMzAwMDUyMTFaGA8yMTI2
MTEwNjAwNTIxMVowGDEWMBQGA1UEAwwNcmVsYXkuZXhhbXBsZTBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABHzdjmF/iNFcTtNvq2ESkHQiOdY4TRloSsxJu4Arm03x
l/mujcVMmTvCHgeb4AZhBwK69YbviC1sqTdbC51q4yqjUzBRMB0GA1UdDgQWBBQG
7j7n+wcYmnRTs7RNYv43f2letjAfBgNVHSMEGDAWgBQG7j7n+wcYmnRTs7RNYv43
f2letjAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQCVPrkhJgEb
o0Nc8acgNXhOJo4zNfHWpfmA/mkas94mngIgUzVkTLJsYO+j4YAAb+t1L9sFo7pH
lOdpqU0+cpf22Pk=
-----END CERTIFICATE-----
";
const KEY: &str = "\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgCCIMyXzTMaquo4z7
JNbDLCi8vWw6I4fU+7rbA+BoVvmhRANCAAR83Y5hf4jRXE7Tb6thEpB0IjnWOE0Z
aErMSbuAK5tN8Zf5ro3FTJk7wh4Hm+AGYQcCuvWG74gtbKk3WwudauMq
-----END PRIVATE KEY-----
";

/// For each mail that came, whether it came encrypted.
type Got = Arc<Mutex<Vec<bool>>>;

/// A relay that offers STARTTLS with that certificate. It ends with the suite.
fn relay_with_starttls() -> (u16, Got) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let (port, got) = (listener.local_addr().unwrap().port(), Got::default());
    listener.set_nonblocking(true).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(CERTIFICATE.as_bytes()).unwrap()],
            PrivateKeyDer::from_pem_slice(KEY.as_bytes()).unwrap(),
        )
        .unwrap();
    let (acceptor, taken) = (TlsAcceptor::from(Arc::new(config)), Arc::clone(&got));
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                let (acceptor, taken) = (acceptor.clone(), Arc::clone(&taken));
                tokio::spawn(async move {
                    // A client that refuses the certificate disconnects in the middle.
                    if let Ok(Some(socket)) = talk(socket, false, &taken).await
                        && let Ok(encrypted) = acceptor.accept(socket).await
                    {
                        let _ = talk(encrypted, true, &taken).await;
                    }
                });
            }
        });
    });
    (port, got)
}

/// A conversation; the socket where it is to be encrypted.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(socket: S, encrypted: bool, got: &Got) -> std::io::Result<Option<S>> {
    let mut stream = tokio::io::BufReader::new(socket);
    if !encrypted {
        stream.write_all(b"220 relay.example\r\n").await?;
        stream.flush().await?;
    }
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        let verb = line.split([' ', ':', '\r']).next().unwrap().to_owned();
        let answer = match verb.as_str() {
            "EHLO" if encrypted => "250 relay.example\r\n",
            "EHLO" => "250-relay.example\r\n250 STARTTLS\r\n",
            "STARTTLS" => {
                stream.write_all(b"220 go ahead\r\n").await?;
                stream.flush().await?;
                return Ok(Some(stream.into_inner()));
            }
            "DATA" => {
                stream.write_all(b"354 go ahead\r\n").await?;
                stream.flush().await?;
                while line != ".\r\n" {
                    line.clear();
                    if stream.read_line(&mut line).await? == 0 {
                        return Ok(None);
                    }
                }
                got.lock().unwrap().push(encrypted);
                "250 taken\r\n"
            }
            "QUIT" => return Ok(None),
            _ => "250 ok\r\n",
        };
        stream.write_all(answer.as_bytes()).await?;
        stream.flush().await?;
    }
}

/// A sender of this portal's mails to another relay.
fn sender_to(t: &TestApp, url: &str, ca_file: &str) -> (Sender, Troubles) {
    let overrides = vec![
        "mail.transport=smtp".to_owned(),
        "mail.journal=".to_owned(),
        "mail.step_timeout_seconds=5".to_owned(),
        format!("mail.smtp_url={url}"),
        format!("mail.tls_ca_file={ca_file}"),
    ];
    let settings = config::load(&Sources { overrides, ..Sources::default() }).unwrap();
    let (troubles, tokens) = (Troubles::default(), t.portal.mail_tokens.clone());
    let transport = Transport::new(&settings, tokens, None, troubles.clone()).unwrap();
    let (db, clock, random) = (t.portal.db.clone(), t.clock.clone(), t.portal.random.clone());
    let (events, options) = (t.portal.events.clone(), Options::from(&settings.mail));
    let runner = t.portal.background.clone();
    (Sender::new(db, transport, clock, random, events, options, runner), troubles)
}

#[story]
fn b04_an_opportunity_to_encrypt_is_taken_whatever_the_certificate(t: TestApp) {
    let (port, got) = relay_with_starttls();
    t.anonymous().post("/registrations", &Application::new("SN", "Awa Diop").form()).unwrap().expect(202);
    let (sender, troubles) = sender_to(&t, &format!("smtp://127.0.0.1:{port}?tls=opportunistic"), "");
    t.run(sender.drain());
    assert_eq!(*got.lock().unwrap(), [true]);
    assert_eq!(troubles.all(), Vec::new());
}

#[story]
fn b04_what_has_to_be_verified_is_by_the_very_certificate_and_not_without(t: TestApp) {
    let (port, got) = relay_with_starttls();
    let file = t.files().join("relay.pem");
    std::fs::write(&file, CERTIFICATE).unwrap();
    let url = format!("smtp://127.0.0.1:{port}?tls=required");
    t.anonymous().post("/registrations", &Application::new("SN", "Awa Diop").form()).unwrap().expect(202);
    let (sender, troubles) = sender_to(&t, &url, "");
    t.run(sender.drain());
    assert_eq!(*got.lock().unwrap(), [false; 0]);
    let all = troubles.all();
    assert_eq!(all.iter().map(|trouble| trouble.part).collect::<Vec<_>>(), [Part::Relay]);
    assert!(all[0].words.contains("certificate") && all[0].words.contains("tls_ca_file"), "{}", all[0].words);
    t.pass(Duration::from_secs(2));
    let (sender, troubles) = sender_to(&t, &url, file.to_str().unwrap());
    t.run(sender.drain());
    assert_eq!(*got.lock().unwrap(), [true], "the same mail, which had not failed");
    assert_eq!(troubles.all(), Vec::new());
}
