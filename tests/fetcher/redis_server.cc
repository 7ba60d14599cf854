#include "fetcher/redis_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <utility>

#include <openssl/pem.h>

#include "io/unique_fd.h"

namespace pamjwt::test {
namespace {

using BioPtr = std::unique_ptr<BIO, FreeWith<&BIO_free_all>>;

void Must(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(std::string("redis-server: ") + what);
}

/// Returns a port of 127.0.0.1 that was free a moment ago.
std::uint16_t FreePort() {
  const UniqueFd probe(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  Must(bind(probe.get(), any, size) == 0 && getsockname(probe.get(), any, &size) == 0, "port");
  return ntohs(address.sin_port);
}

std::string Text(const BioPtr& bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

void WriteCertificate(const TempDir& directory, const RedisServer::Options& options) {
  const SslCtxPtr context = options.tls_of->MakeServer(options.certificate);
  const BioPtr certificate(BIO_new(BIO_s_mem()));
  const BioPtr key(BIO_new(BIO_s_mem()));
  Must(PEM_write_bio_X509(certificate.get(), SSL_CTX_get0_certificate(context.get())) == 1, "PEM");
  Must(PEM_write_bio_PrivateKey(key.get(), SSL_CTX_get0_privatekey(context.get()), nullptr, nullptr,
                                0, nullptr, nullptr) == 1,
       "PEM");
  directory.Write("server.pem", Text(certificate));
  directory.Write("server.key", Text(key));
}

/// Waits until the server says that it is ready, or ends.
bool AwaitReady(const UniqueFd& output) {
  std::string said;
  std::array<char, 4096> buffer{};
  while (said.find("eady to accept connections") == std::string::npos) {
    const ssize_t size = read(output.get(), buffer.data(), buffer.size());
    if (size <= 0) return false;
    said.append(buffer.data(), static_cast<std::size_t>(size));
  }
  return true;
}

}  // namespace

RedisServer::RedisServer(Options wanted) : options(std::move(wanted)) {
  if (options.has_port || options.tls_of != nullptr) port_ = FreePort();
  if (options.tls_of != nullptr) WriteCertificate(directory_, options);
  Start();
}

std::vector<std::string> RedisServer::Arguments() const {
  const std::string port = std::to_string(port_);
  const bool is_tls = options.tls_of != nullptr;
  std::vector<std::string> arguments = {PAMJWT_REDIS_SERVER,
                                        "--port",
                                        is_tls ? "0" : port,
                                        "--bind",
                                        "127.0.0.1",
                                        "--unixsocket",
                                        socket(),
                                        "--dir",
                                        directory_.Path(),
                                        "--save",
                                        "",
                                        "--appendonly",
                                        options.append_only,
                                        "--maxmemory-policy",
                                        options.eviction};
  if (!options.password.empty()) {
    arguments.insert(arguments.end(), {"--requirepass", options.password});
  }
  if (is_tls) {
    arguments.insert(arguments.end(), {"--tls-port", port, "--tls-auth-clients", "no",
                                       "--tls-cert-file", directory_.Path("server.pem"),
                                       "--tls-key-file", directory_.Path("server.key"),
                                       "--tls-ca-cert-file", directory_.Path("server.pem")});
  }
  return arguments;
}

void RedisServer::Start() {
  Kill();
  std::array<int, 2> ends{};
  Must(pipe2(ends.data(), O_CLOEXEC) == 0, "pipe");
  const UniqueFd output(ends[0]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::vector<std::string> arguments = Arguments();
  std::vector<char*> raw;
  for (std::string& argument : arguments) {
    raw.push_back(argument.data());
  }
  raw.push_back(nullptr);
  const int failed =
      posix_spawn(&pid_, PAMJWT_REDIS_SERVER, &actions, nullptr, raw.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  Must(failed == 0, "spawn");
  Must(AwaitReady(output), "did not start");
}

void RedisServer::Kill() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void RedisServer::Stop() const {
  kill(pid_, SIGSTOP);
}

void RedisServer::Continue() const {
  kill(pid_, SIGCONT);
}

}  // namespace pamjwt::test
