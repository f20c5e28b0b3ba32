use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

/// The way to a server, which can be cut: then nothing passes in either direction, and nobody is told.
#[derive(Debug)]
pub(crate) struct Network {
    address: SocketAddr,
    way: Arc<Way>,
}

#[derive(Debug, Default)]
struct Way {
    is_cut: Mutex<bool>,
    mended: Condvar,
}

impl Network {
    /// Passes on what comes, until the test's process ends.
    pub(crate) fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let way = Arc::<Way>::default();
        let passing = Arc::clone(&way);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                connect(client, server, &passing);
            }
        });
        Self { address, way }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn cut(&self) {
        *self.way.is_cut.lock().expect("no thread panicked") = true;
    }

    pub(crate) fn mend(&self) {
        *self.way.is_cut.lock().expect("no thread panicked") = false;
        self.way.mended.notify_all();
    }
}

impl Way {
    /// Waits as long as it is cut.
    fn wait(&self) {
        let is_cut = self.is_cut.lock().expect("no thread panicked");
        drop(self.mended.wait_while(is_cut, |is_cut| *is_cut).expect("no thread panicked"));
    }
}

fn connect(client: TcpStream, server: SocketAddr, way: &Arc<Way>) {
    // While it is cut nobody is reached; a server that is not there yet is tried again.
    let clone = |stream: &TcpStream| stream.try_clone().expect("a second handle");
    let way = Arc::clone(way);
    thread::spawn(move || {
        way.wait();
        let Ok(server) = TcpStream::connect(server) else { return };
        let (from, to, there) = (clone(&client), clone(&server), Arc::clone(&way));
        thread::spawn(move || pass(from, to, &there));
        pass(server, client, &way);
    });
}

/// Passes on all that comes from the one to the other.
fn pass(mut from: TcpStream, mut to: TcpStream, way: &Way) {
    let mut piece = [0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut piece) {
        way.wait();
        if to.write_all(&piece[..length]).is_err() {
            break;
        }
    }
    // The other direction ends too. It may have already.
    for stream in [from, to] {
        let _ = stream.shutdown(std::net::Shutdown::Both);
    }
}
