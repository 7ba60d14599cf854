#include "bench/login_setup.h"

#include <pwd.h>
#include <unistd.h>

#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "bench/pem.h"
#include "bench/sshd_process.h"

namespace pamjwt::bench {
namespace {

constexpr int kAuthErr = 7;
constexpr int kCredInsufficient = 8;

/// Returns the token with another first letter of its signature.
std::string WithBadSignature(std::string token) {
  char& letter = token[token.rfind('.') + 1];
  letter = letter == 'A' ? 'B' : 'A';
  return token;
}

void LeaveOut(const std::string& row, const std::string& why) {
  std::cerr << "bench: left out: " << row << ": " << why << "\n";
}

}  // namespace

LoginSetup::LoginSetup()
    : user_(getpwuid(getuid())->pw_name),
      sshd_process_(SshdProcess()),
      rs256_(scratch_, "RS256"),
      token_(scratch_.Write("RS256.token", rs256_.Mint())),
      shadow_(scratch_, user_) {
  AddPermit();
  AddLimit();
  AddAlgorithms();
  AddInChild();
  AddOneTime();
  AddGrowth();
  AddRefusals();
  AddPasswords();
  AddPeers();
}

Login LoginSetup::LogIn(const Candidate& candidate) const {
  static int jti = 0;
  if (candidate.one_time) {
    scratch_.Write("one-time.token", rs256_.Mint("--claim jti=" + std::to_string(++jti)));
  }
  std::istringstream out(Run(Command(candidate) + " 2>/dev/null"));
  double nanoseconds = 0;
  int code = -1;
  Login login;
  if (!(out >> nanoseconds >> code >> login.kib) || code != candidate.expected_code) {
    throw std::runtime_error(candidate.name + ": PAM code " + std::to_string(code) +
                             " in place of " + std::to_string(candidate.expected_code));
  }
  login.microseconds = nanoseconds / 1000;
  return login;
}

std::vector<double> LoginSetup::CountInstructions(const Candidate& candidate) const {
  if (Run("command -v valgrind").empty()) {
    LeaveOut(candidate.name + ", instructions", "valgrind is not installed");
    return {};
  }
  const std::string profile = scratch_.Path("callgrind.out");
  Run("valgrind --tool=callgrind --toggle-collect='BenchTransaction*' --callgrind-out-file=" +
      profile + " " + Command(candidate) + " 2>&1");
  const std::string text = scratch_.Read("callgrind.out");
  constexpr std::string_view kTotals = "\ntotals: ";
  const std::size_t at = text.rfind(kTotals);
  if (at == std::string::npos) throw std::runtime_error("callgrind counted nothing");
  return {std::stod(text.substr(at + kTotals.size()))};
}

void LoginSetup::AddTokenLogin(const std::string& name, const std::string& service) {
  candidates_.push_back({.name = name, .service = service, .answer_file = token_});
}

std::string LoginSetup::Command(const Candidate& candidate) const {
  return std::string(BENCH_APPLICATION) + " " +
         (candidate.plain ? std::string(kPlain) : sshd_process_) +
         (candidate.in_child ? " keyboard-interactive " : " password ") + scratch_.Path() + " " +
         candidate.service + " " + user_ + " " + candidate.answer_file;
}

void LoginSetup::WriteService(const std::string& service, const std::string& module) const {
  scratch_.Write(service, "auth required " + module + "\naccount required " + module + "\n");
}

void LoginSetup::WriteJwtService(const std::string& service, const std::string& text) const {
  const std::string config = scratch_.Write(service + ".toml", text);
  WriteService(service, std::string(BENCH_MODULE) + " service=sshd config=" + config);
}

void LoginSetup::AddPermit() {
  WriteService("permit", "pam_permit.so");
  candidates_.push_back(
      {.name = "pam_permit", .service = "permit", .answer_file = token_, .counted = true});
  candidates_.push_back({.name = "pam_permit, plain process",
                         .service = "permit",
                         .answer_file = token_,
                         .plain = true});
}

/// Adds logins that only verify, the least that one with a token of this algorithm can cost.
void LoginSetup::AddLimit() {
  // libpam looks for services in lower case.
  for (const auto& [alg, service] :
       {std::pair("RS256", "limit-rs256"), {"ES256", "limit-es256"}, {"EdDSA", "limit-eddsa"}}) {
    WriteService(service, std::string(BENCH_LIMIT) + " " + alg);
    candidates_.push_back({.name = std::string("the limit, ") + alg,
                           .service = service,
                           .answer_file = token_,
                           .counted = true});
  }
  candidates_.push_back({.name = "the limit, RS256, plain process",
                         .service = "limit-rs256",
                         .answer_file = token_,
                         .plain = true});
}

void LoginSetup::AddAlgorithms() {
  const std::string rule = RuleFor(user_);
  WriteJwtService("rs256", rs256_.Configuration(rs256_.KeySetLine(), rule));
  candidates_.push_back(
      {.name = "pam_jwt RS256", .service = "rs256", .answer_file = token_, .counted = true});
  candidates_.push_back({.name = "pam_jwt RS256, plain process",
                         .service = "rs256",
                         .answer_file = token_,
                         .plain = true});
  for (const auto& [alg, service] : {std::pair("ES256", "es256"), std::pair("EdDSA", "eddsa")}) {
    const Issuer issuer(scratch_, alg);
    WriteJwtService(service, issuer.Configuration(issuer.KeySetLine(), rule));
    candidates_.push_back(
        {.name = std::string("pam_jwt ") + alg,
         .service = service,
         .answer_file = scratch_.Write(service + std::string(".token"), issuer.Mint()),
         .counted = true});
  }
}

/// Adds a login, and those it is compared with, as sshd runs them for keyboard-interactive.
void LoginSetup::AddInChild() {
  for (const auto& [name, service] : {std::pair("pam_permit", "permit"),
                                      {"the limit, RS256", "limit-rs256"},
                                      {"pam_jwt RS256", "rs256"}}) {
    candidates_.push_back({.name = name + std::string(", keyboard-interactive"),
                           .service = service,
                           .answer_file = token_,
                           .in_child = true});
  }
}

/// Adds logins with one-time tokens, and a daemon that records them in a file.
void LoginSetup::AddOneTime() {
  const std::string state = scratch_.MakeDirectory("state") + "/";
  scratch_.SetMode("", 0711);
  if (chown(state.c_str(), Daemon::User(), static_cast<gid_t>(-1)) != 0) {
    throw std::runtime_error("chown");
  }
  const std::string keys = "[keys]\nfile = \"" + state + "keys.jsonl\"\npublic_socket = \"" +
                           state + "public\"\nredeem_socket = \"" + state +
                           "redeem\"\nmetrics_file = \"" + state + "metrics\"\n";
  const std::string store = "[store]\nurl = \"sqlite:" + state + "redeemed.db\"\n\n";
  const std::string issuer = rs256_.KeySetLine() + "one_time = true\n";
  WriteJwtService("one-time", keys + store + rs256_.Configuration(issuer, RuleFor(user_)));
  scratch_.SetMode("one-time.toml", 0644);
  daemon_ = std::make_unique<Daemon>(scratch_.Path("one-time.toml"), state + "redeem");
  candidates_.push_back({.name = "pam_jwt RS256, one-time, SQLite",
                         .service = "one-time",
                         .answer_file = scratch_.Path("one-time.token"),
                         .one_time = true});
}

void LoginSetup::AddRefusals() {
  candidates_.push_back(
      {.name = "pam_jwt, alg not allowed",
       .service = "rs256",
       .answer_file = scratch_.Write("hs256.token", Issuer(scratch_, "HS256").Mint()),
       .expected_code = kAuthErr});
  candidates_.push_back({.name = "pam_jwt, no token",
                         .service = "rs256",
                         .answer_file = scratch_.Write("password", kPassword),
                         .expected_code = kCredInsufficient,
                         .counted = true});
}

/// Adds logins with a password, by pam_unix alone and by a stack for tokens or passwords. There
/// pam_unix or pam_permit judges the password that pam_jwt passed by.
void LoginSetup::AddPasswords() {
  const std::string password = scratch_.Path("password");
  const auto add = [&](const std::string& name, const std::string& service) {
    candidates_.push_back({.name = name, .service = service, .answer_file = password});
  };
  WriteTokenOrPassword("or-permit", "pam_permit.so");
  add("pam_jwt, then pam_permit: a password", "or-permit");
  if (!shadow_.why_not().empty()) return LeaveOut("pam_unix yescrypt", shadow_.why_not());
  WriteService("unix", "pam_unix.so");
  add("pam_unix yescrypt", "unix");
  WriteTokenOrPassword("or-unix", "pam_unix.so");
  add("pam_jwt, then pam_unix: a password", "or-unix");
}

/// Writes the stack for tokens or passwords of docs/stacks.md, where `module` judges a password.
void LoginSetup::WriteTokenOrPassword(const std::string& service, const std::string& module) const {
  const std::string jwt =
      std::string(BENCH_MODULE) + " service=sshd config=" + scratch_.Path("rs256.toml") + "\n";
  scratch_.Write(service,
                 "auth [success=done ignore=ignore cred_insufficient=ignore service_err=ignore "
                 "module_unknown=ignore default=die] " +
                     jwt + "auth required " + module +
                     " try_first_pass\n"
                     "account [success=ok new_authtok_reqd=ok ignore=ignore module_unknown=ignore "
                     "default=bad] " +
                     jwt + "account required " + module + "\n");
}

/// Adds logins by modules that are written with other libraries. Leaves out a module that accepts a
/// forged token or refuses a good token.
void LoginSetup::AddPeers() {
  struct Peer {
    const char* library;
    const char* service;
    const char* module;  ///< its path, or "" if its library was not installed when this was built
    std::string key;
  };
  const std::string set = scratch_.Path(rs256_.KeySet());
  const std::string pem = scratch_.Write("key.pem", PemOfFirstKey(scratch_.Read(rs256_.KeySet())));
  const std::string forged = scratch_.Write("forged.token", WithBadSignature(rs256_.Mint()));
  for (const Peer& peer : {Peer{"libjwt 1", "libjwt", BENCH_PEER_LIBJWT, pem},
                           {"libjwt 3", "libjwt3", BENCH_PEER_LIBJWT3, set},
                           {"cjose", "cjose", BENCH_PEER_CJOSE, set},
                           {"cpp-jwt", "cpp-jwt", BENCH_PEER_CPP_JWT, pem}}) {
    const std::string name = std::string("a module with ") + peer.library;
    if (*peer.module == '\0') {
      LeaveOut(name, std::string(peer.library) + " was not there when it was built");
      continue;
    }
    WriteService(peer.service,
                 std::string(peer.module) + " " + peer.key + " " + kIssuer + " " + kAudience);
    candidates_.push_back({.name = name, .service = peer.service, .answer_file = token_});
    Candidate deceived = candidates_.back();
    deceived.answer_file = forged;
    deceived.expected_code = kAuthErr;
    (void)LogIn(deceived);
  }
}

}  // namespace pamjwt::bench
