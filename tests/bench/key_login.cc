#include "bench/key_login.h"

#include <fcntl.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <sstream>
#include <stdexcept>
#include <string_view>

#include "bench/sshd_process.h"

extern char** environ;

namespace pamjwt::bench {
namespace {

constexpr int kCalls = 2;  // sshd asks for the query of the client, and for the login itself
constexpr const char* kKey = "id_ed25519.pub";
constexpr const char* kCertificate = "id_ed25519-cert.pub";

double NowUs() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

/// Starts a program with its standard output in a pipe, as sshd does. Returns the process.
pid_t Start(const std::vector<std::string>& command, int output) {
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions{};
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  pid_t process = -1;
  const int failed = posix_spawn(&process, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot run: " + command[0]);
  return process;
}

/// Runs a program and returns what it prints. Throws if its exit status is not 0.
std::string RunProgram(const std::vector<std::string>& command) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  const pid_t process = Start(command, ends[1]);
  close(ends[1]);
  std::string out;
  std::array<char, 4096> buffer{};
  for (ssize_t size = 0; (size = read(ends[0], buffer.data(), buffer.size())) > 0;) {
    out.append(buffer.data(), static_cast<std::size_t>(size));
  }
  close(ends[0]);
  int status = -1;
  if (waitpid(process, &status, 0) != process || status != 0) {
    throw std::runtime_error("failed: " + command[0]);
  }
  return out;
}

}  // namespace

KeyLoginSetup::KeyLoginSetup() : user_(getpwuid(getuid())->pw_name), rs256_(scratch_, "RS256") {
  MakeKey();
  // All tokens of the issuer are for certificates. The list also has the client that asks for them,
  // their azp, since the client chooses the nonce.
  constexpr std::string_view kList = "audiences = [";
  std::string config = rs256_.Configuration(rs256_.KeySetLine(), RuleFor(user_));
  config.replace(config.find(kList), kList.size(), "bound_audiences = [\"oidc-agent\", ");
  WriteService(scratch_.Write("config.toml", config));
  AddLogins();
}

void KeyLoginSetup::MakeKey() {
  const std::string key = scratch_.Path("id_ed25519");
  Run("ssh-keygen -q -t ed25519 -N '' -C '' -f " + key);
  const std::string payload = scratch_.Write("payload", rs256_.Mint("--bind " + key + ".pub"));
  Run(std::string(BENCH_JWTCTL) + " certify " + key + ".pub <" + payload);
}

void KeyLoginSetup::WriteService(const std::string& config) const {
  const std::string module = std::string(BENCH_MODULE) + " service=sshd config=" + config + "\n";
  std::string stack;
  for (const char* const phase : {"account required ", "session required "}) {
    stack += phase + module + phase + "pam_permit.so\n";
  }
  scratch_.Write("key", stack);
}

std::vector<std::string> KeyLoginSetup::SshdKeys(const std::string& file) const {
  std::istringstream line(scratch_.Read(file));
  std::string type;
  std::string key;
  line >> type >> key;
  return {BENCH_SSHD_KEYS, "--config", scratch_.Path("config.toml"), user_, key, type};
}

void KeyLoginSetup::AddLogins() {
  logins_.push_back(
      {.name = "by a plain key",
       .command = SshdKeys(kKey),
       .auth_info = scratch_.Write("plain.info", "publickey " + scratch_.Read(kKey))});
  logins_.push_back({.name = "pam_jwt, by certificate, RS256",
                     .command = SshdKeys(kCertificate),
                     .prints_line = true,
                     .auth_info = scratch_.Write("certificate.info",
                                                 "publickey " + scratch_.Read(kCertificate))});
}

double KeyLoginSetup::LogIn(const KeyLogin& login) const {
  double spent = 0;
  for (int call = 0; call < kCalls; ++call) {
    const double begin = NowUs();
    const std::string line = RunProgram(login.command);
    spent += NowUs() - begin;
    if (line.empty() == login.prints_line) throw std::runtime_error(login.name + ": " + line);
  }
  return spent + RunTransaction(login);
}

double KeyLoginSetup::RunTransaction(const KeyLogin& login) const {
  std::istringstream out(RunProgram(
      {BENCH_APPLICATION, sshd_process_, "key", scratch_.Path(), "key", user_, login.auth_info}));
  double nanoseconds = 0;
  int code = -1;
  if (!(out >> nanoseconds >> code) || code != 0) {
    throw std::runtime_error(login.name + ": PAM code " + std::to_string(code));
  }
  return nanoseconds / 1000;
}

}  // namespace pamjwt::bench
