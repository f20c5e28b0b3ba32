use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A connection to a server, on which one request is sent after the other.
#[derive(Debug)]
pub struct Connection {
    reader: BufReader<TcpStream>,
    ends: bool,
}

impl Connection {
    /// Opens one.
    ///
    /// # Errors
    ///
    /// If nobody listens.
    pub fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        stream.set_write_timeout(Some(Duration::from_secs(20)))?;
        Ok(Self { reader: BufReader::new(stream), ends: false })
    }

    /// Sends a request and reads the answer, status and body, to its end.
    ///
    /// # Errors
    ///
    /// If there is no whole answer, since the process behind it is gone.
    pub fn exchange(&mut self, request: &str) -> io::Result<(u16, String)> {
        self.reader.get_mut().write_all(request.as_bytes())?;
        let mut line = String::new();
        self.reader.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or(io::ErrorKind::UnexpectedEof)?;
        let mut length = None;
        let mut chunked = false;
        loop {
            line.clear();
            if self.reader.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let header = line.trim_end().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().ok();
            }
            chunked |= header == "transfer-encoding: chunked";
            self.ends |= header == "connection: close";
        }
        let body = if chunked { self.chunks()? } else { self.bytes(length.unwrap_or(0))? };
        let body = String::from_utf8(body).map_err(|_| io::ErrorKind::InvalidData)?;
        Ok((status, body))
    }

    fn chunks(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        let mut line = String::new();
        loop {
            line.clear();
            self.reader.read_line(&mut line)?;
            let size = usize::from_str_radix(line.trim(), 16);
            let size = size.map_err(|_| io::Error::from(io::ErrorKind::UnexpectedEof))?;
            body.extend(self.bytes(size)?);
            self.bytes(2)?;
            if size == 0 {
                return Ok(body);
            }
        }
    }

    fn bytes(&mut self, length: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.reader.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// Whether the last answer said that there is no other.
    #[must_use]
    pub fn ends(&self) -> bool {
        self.ends
    }

    /// Reads to the end of a connection that ends.
    ///
    /// # Errors
    ///
    /// If there is something else than the end, such as a reset.
    pub fn read_end(mut self) -> io::Result<()> {
        match self.reader.read(&mut [0])? {
            0 => Ok(()),
            _ => Err(io::Error::new(io::ErrorKind::InvalidData, "more than an answer")),
        }
    }
}
