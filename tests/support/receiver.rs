use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// A server that remembers what it was sent and answers what the test says.
#[derive(Debug)]
pub struct Receiver {
    /// Where it listens.
    pub address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// A request.
#[derive(Clone, Debug)]
pub struct Received {
    /// Such as `PUT`.
    pub method: String,
    /// The path with the query.
    pub path: String,
    headers: Vec<(String, String)>,
    /// What was sent.
    pub body: Vec<u8>,
    /// When it was read.
    pub at: Instant,
}

/// How it answers.
#[derive(Clone, Debug)]
pub enum Reply {
    /// With a status, headers (`name: value`) and a body.
    Status(u16, Vec<String>, Vec<u8>),
    /// Not at all, on a connection that stays.
    Silence,
    /// By closing the connection.
    Close,
}

impl Reply {
    /// With a status alone.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::Status(status, Vec::new(), Vec::new())
    }
}

impl Received {
    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let header = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        header.map(|(_, value)| &**value)
    }
}

impl Receiver {
    /// Starts one on a free port, with an answer for each request; those that follow have the last.
    ///
    /// # Panics
    ///
    /// If it cannot listen.
    #[must_use]
    pub fn start(replies: Vec<Reply>) -> Self {
        Self::at("127.0.0.1:0".parse().expect("an address"), replies)
    }

    /// Starts one on an address.
    ///
    /// # Panics
    ///
    /// If it cannot listen there.
    #[must_use]
    pub fn at(address: SocketAddr, replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind(address).expect("an address to listen on");
        let address = listener.local_addr().expect("the address that was bound");
        let received = Arc::<Mutex<Vec<_>>>::default();
        let stopped = Arc::<AtomicBool>::default();
        let (all, stop) = (Arc::clone(&received), Arc::clone(&stopped));
        let thread = thread::spawn(move || {
            let mut held = Vec::new();
            for stream in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                let stream = stream.expect("a connection");
                // One that went away before it had said all.
                let Some(request) = read(&stream) else { continue };
                let at = {
                    let mut all = all.lock().expect("no panic");
                    all.push(request);
                    all.len() - 1
                };
                match &replies[at.min(replies.len() - 1)] {
                    Reply::Status(status, headers, body) => answer(stream, *status, headers, body),
                    Reply::Silence => held.push(stream),
                    Reply::Close => drop(stream),
                }
            }
        });
        Self { address, received, stopped, thread: Some(thread) }
    }

    /// Where it listens, as the beginning of a URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it was sent so far.
    ///
    /// # Panics
    ///
    /// If it panicked.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().expect("no panic").clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // It waits for connections.
        let _ = TcpStream::connect(self.address);
        let ended = self.thread.take().map(JoinHandle::join);
        if !thread::panicking() {
            ended.expect("it was started").expect("it was sent requests");
        }
    }
}

fn read(stream: &TcpStream) -> Option<Received> {
    stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
    let mut reader = BufReader::new(stream);
    let mut line = || {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        Some(line.trim_end().to_owned())
    };
    let first = line()?;
    let mut words = first.split(' ').map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut headers = Vec::new();
    loop {
        let line = line()?;
        let Some((name, value)) = line.split_once(": ") else { break };
        headers.push((name.to_owned(), value.to_owned()));
    }
    let mut received = Received { method, path, headers, body: Vec::new(), at: Instant::now() };
    let length = received.header("content-length").map_or(Some(0), |length| length.parse().ok())?;
    received.body = vec![0; length];
    reader.read_exact(&mut received.body).ok()?;
    Some(received)
}

fn answer(mut stream: TcpStream, status: u16, headers: &[String], body: &[u8]) {
    let mut head = format!("HTTP/1.1 {status} -\r\nContent-Length: {}\r\n", body.len());
    for header in headers {
        head += header;
        head += "\r\n";
    }
    head += "Connection: close\r\n\r\n";
    // It may be gone already.
    let _ = stream.write_all(&[head.as_bytes(), body].concat());
}
