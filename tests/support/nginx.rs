use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::parent::Parent;
use crate::process::{free_address, wait_for};
use crate::shipped::{replaced, shipped};
use crate::user::user;

/// Where Debian has it, which is not where everybody looks.
const PROGRAM: &str = "/usr/sbin/nginx";

/// What is to be known to an nginx that does nothing else.
const MAIN: &str = "\
user USER;
daemon off;
worker_processes 1;
pid nginx.pid;
events {}
http {
    access_log access.log;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    include deploy-rollback.conf;
}
";

/// A real nginx in front of the example, by the configuration that is shipped with it.
#[derive(Debug)]
pub struct Nginx {
    /// Ends before the folder goes.
    process: Parent,
    address: SocketAddr,
    _folder: TempDir,
}

impl Nginx {
    /// Starts it in front of what listens there, with something else in place of some lines.
    ///
    /// # Panics
    ///
    /// If it is not installed, has anything to say of the configuration or does not start.
    #[must_use]
    pub fn start(service: SocketAddr, instead: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let address = free_address();
        let (listen, server) = (format!("listen {address};"), format!("server {service};"));
        let addresses = [("listen 80;", &*listen), ("server 127.0.0.1:8080;", &*server)];
        let shipped = shipped("nginx/deploy-rollback.conf");
        let text = replaced(&shipped, &[&addresses, instead].concat());
        let write = |name, text: &str| fs::write(folder.path().join(name), text).expect(name);
        write("deploy-rollback.conf", &text);
        write("nginx.conf", &MAIN.replace("USER", &user()));

        let mut command = Command::new(PROGRAM);
        command.arg("-p").arg(folder.path()).args(["-c", "nginx.conf", "-e", "stderr"]);
        let process = Parent::start(&mut command);
        wait_for("nginx to listen", Duration::from_secs(20), || {
            TcpStream::connect(address).map_err(|error| format!("{error}; {}", process.log()))
        });
        // That another user's rights would be of no use to it, it may say.
        let log = process.log();
        let said = log.lines().find(|line| !line.contains("\"user\" directive makes sense only"));
        assert_eq!(said, None);
        Self { process, address, _folder: folder }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops it.
    ///
    /// # Panics
    ///
    /// If a part of it goes on, or it has not ended well.
    pub fn stop(mut self) {
        let status = self.process.stop();
        assert!(status.success(), "{status}; {}", self.process.log());
    }
}
