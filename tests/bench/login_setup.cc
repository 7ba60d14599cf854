#include "bench/login_setup.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <stdexcept>

#include "bench/key_file_text.h"

namespace pamjwt::bench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kIssuer = "https://sso.example.com/realms/staff";

std::string Run(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  if (pipe == nullptr) throw std::runtime_error("cannot run: " + command);
  std::string out;
  std::array<char, 4096> buffer{};
  while (const std::size_t size = fread(buffer.data(), 1, buffer.size(), pipe.get())) {
    out.append(buffer.data(), size);
  }
  return out;
}

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

void WriteFile(const fs::path& path, const std::string& text) {
  std::ofstream(path) << text;
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
}

fs::path MakeDirectory() {
  std::string name = (fs::temp_directory_path() / "pam_jwt_bench.XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  return name;
}

/// libpam looks for services in lower case.
std::string ServiceOf(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return "jwt-" + name;
}

}  // namespace

LoginSetup::LoginSetup() : directory_(MakeDirectory()), user_(getpwuid(getuid())->pw_name) {
  WriteService("permit", "pam_permit.so");
  for (const std::string alg : {"RS256", "ES256", "EdDSA"}) {
    AddAlgorithm(alg);
  }
  AddKeyFile("1", 1, 1);
  AddKeyFile("1000", 1000, 300);
  WriteFile(directory_ / "HS256.token", WrongAlgorithm());
  WriteFile(directory_ / "password", "correct horse battery staple");
}

LoginSetup::~LoginSetup() {
  fs::remove_all(directory_);
}

std::vector<Candidate> LoginSetup::Candidates() const {
  constexpr int kSuccess = 0;
  constexpr int kAuthErr = 7;
  constexpr int kCredInsufficient = 8;
  const std::string rs256 = ServiceOf("RS256");
  const std::string token = Path("RS256.token");
  return {
      {kPermit, "sshd", "permit", token, kSuccess},
      {"pam_jwt RS256", "sshd", rs256, token, kSuccess},
      {"pam_jwt ES256", "sshd", ServiceOf("ES256"), Path("ES256.token"), kSuccess},
      {"pam_jwt EdDSA", "sshd", ServiceOf("EdDSA"), Path("EdDSA.token"), kSuccess},
      {kOneKey, "sshd", ServiceOf("1"), token, kSuccess},
      {kManyKeys, "sshd", ServiceOf("1000"), token, kSuccess},
      {"pam_jwt, alg not allowed", "sshd", rs256, Path("HS256.token"), kAuthErr},
      {"pam_jwt, no token", "sshd", rs256, Path("password"), kCredInsufficient},
      {kPlainPermit, "plain", "permit", token, kSuccess},
      {"pam_jwt RS256, plain process", "plain", rs256, token, kSuccess},
  };
}

double LoginSetup::Measure(const Candidate& candidate) const {
  std::istringstream out(Run(std::string(BENCH_APPLICATION) + " " + candidate.application + " " +
                             directory_.string() + " " + candidate.service + " " + user_ + " " +
                             candidate.token_file + " 2>/dev/null"));
  double nanoseconds = 0;
  int code = -1;
  if (!(out >> nanoseconds >> code) || code != candidate.expected_code) {
    throw std::runtime_error(candidate.name + ": PAM code " + std::to_string(code) +
                             " in place of " + std::to_string(candidate.expected_code));
  }
  return nanoseconds / 1000;
}

std::string LoginSetup::Path(const std::string& name) const {
  return (directory_ / name).string();
}

void LoginSetup::WriteService(const std::string& service, const std::string& module) const {
  WriteFile(directory_ / service,
            "auth required " + module + "\naccount required " + module + "\n");
}

void LoginSetup::WriteJwtService(const std::string& name, const std::string& config_text) const {
  const std::string config = Path(name + ".toml");
  WriteFile(config, config_text);
  WriteService(ServiceOf(name), std::string(BENCH_MODULE) + " service=sshd config=" + config);
}

/// An issuer with one key of this algorithm in a jwks_file, and a token of its.
void LoginSetup::AddAlgorithm(const std::string& alg) const {
  const std::string keys = KeysOf(alg);
  Run(std::string(BENCH_JWTCTL) + " keygen --alg " + alg + " --out " + keys);
  WriteJwtService(alg, Configuration(alg, "jwks_file = \"" + keys + "/jwks.json\"\n"));
  WriteFile(Path(alg + ".token"), Mint(keys));
}

/// The issuer of RS256 again, but its key is in a keys.jsonl, among others. No daemon runs: the key
/// is there, so nobody asks for it.
void LoginSetup::AddKeyFile(const std::string& name, std::size_t keys, std::size_t issuers) const {
  const std::string jwks = ReadFile(KeysOf("RS256") + "/jwks.json");
  const std::string file = Path(name + ".jsonl");
  WriteFile(file, KeyFileText({kIssuer, jwks}, keys, issuers));
  WriteJwtService(name, "[keys]\nfile = \"" + file + "\"\n\n" + Configuration("RS256", ""));
}

std::string LoginSetup::Configuration(const std::string& alg,
                                      const std::string& issuer_keys) const {
  return "[login]\nhost = \"db1.example.com\"\nrefusal_delay = \"0s\"\n\n"
         "[issuer.staff]\nurl = \"" +
         std::string(kIssuer) +
         "\"\naudiences = [\"ssh://%h\"]\nservices = [\"sshd\"]\n"
         "algorithms = [\"" +
         alg + "\"]\nmax_token_age = \"1h\"\n" + issuer_keys +
         "require = [ { claim = \"/realm_access/roles\", any_of = [\"ssh\"] } ]\n\n"
         "[[issuer.staff.account]]\nclaim = \"preferred_username\"\npattern = "
         "\"*@example.com\"\n\n"
         "[[issuer.staff.account]]\nclaim = \"sub\"\npattern = \"1b2c*\"\nname = \"" +
         user_ + "\"\n";
}

std::string LoginSetup::KeysOf(const std::string& alg) const {
  return Path("keys-" + alg);
}

std::string LoginSetup::Mint(const std::string& keys) const {
  return Run(
      std::string(BENCH_JWTCTL) + " mint --key " + keys + "/key.json --claim iss=" + kIssuer +
      " --claim sub=1b2c3d4e-5f60-4718-89a0-b1c2d3e4f506"
      " --claim aud=ssh://db1.example.com --claim preferred_username=alice@example.com"
      " --claim azp=oidc-agent --claim email_verified:=true"
      " --claim realm_access:='{\"roles\":[\"ssh\",\"offline_access\",\"uma_authorization\"]}'"
      " --ttl 1h");
}

std::string LoginSetup::WrongAlgorithm() const {
  const std::string keys = KeysOf("HS256");
  Run(std::string(BENCH_JWTCTL) + " keygen --alg HS256 --out " + keys);
  return Mint(keys);
}

}  // namespace pamjwt::bench
