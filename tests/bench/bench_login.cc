// What a login costs: whole PAM transactions, each in a fresh process, all candidates in turn and
// in random order, pinned to one processor. Only the ratios of one run mean anything.
//
//   bench_login [ROUNDS]

#include <pwd.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

constexpr int kDefaultRounds = 201;

struct Candidate {
  std::string name;
  std::string application;  // "sshd" or "plain"
  std::string service;
  std::string token_file;
  int expected_code;
  std::vector<double> microseconds{};
};

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

void WriteFile(const fs::path& path, const std::string& text) {
  std::ofstream(path) << text;
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
}

void PinToOneProcessor() {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(1 % static_cast<unsigned>(sysconf(_SC_NPROCESSORS_ONLN)), &set);
  (void)sched_setaffinity(0, sizeof set, &set);
}

/// Keys, tokens, configuration and PAM services in a directory of its own.
class Setup {
 public:
  Setup() : directory_(MakeDirectory()), user_(getpwuid(getuid())->pw_name) {
    WriteService("permit", "pam_permit.so");
    for (const std::string alg : {"RS256", "ES256", "EdDSA"}) {
      Add(alg);
    }
    WriteFile(directory_ / "HS256.token", WrongAlgorithm());
    WriteFile(directory_ / "password", "correct horse battery staple");
  }
  ~Setup() { fs::remove_all(directory_); }
  Setup(const Setup&) = delete;
  Setup& operator=(const Setup&) = delete;

  [[nodiscard]] std::vector<Candidate> Candidates() const {
    constexpr int kSuccess = 0;
    constexpr int kAuthErr = 7;
    constexpr int kCredInsufficient = 8;
    return {
        {"pam_permit", "sshd", "permit", Path("RS256.token"), kSuccess},
        {"pam_jwt RS256", "sshd", ServiceOf("RS256"), Path("RS256.token"), kSuccess},
        {"pam_jwt ES256", "sshd", ServiceOf("ES256"), Path("ES256.token"), kSuccess},
        {"pam_jwt EdDSA", "sshd", ServiceOf("EdDSA"), Path("EdDSA.token"), kSuccess},
        {"pam_jwt, alg not allowed", "sshd", ServiceOf("RS256"), Path("HS256.token"), kAuthErr},
        {"pam_jwt, no token", "sshd", ServiceOf("RS256"), Path("password"), kCredInsufficient},
        {"pam_permit, plain process", "plain", "permit", Path("RS256.token"), kSuccess},
        {"pam_jwt RS256, plain process", "plain", ServiceOf("RS256"), Path("RS256.token"),
         kSuccess},
    };
  }

  [[nodiscard]] double Measure(const Candidate& candidate) const {
    const std::string out = Run(std::string(BENCH_APPLICATION) + " " + candidate.application + " " +
                                directory_.string() + " " + candidate.service + " " + user_ + " " +
                                candidate.token_file + " 2>/dev/null");
    long long nanoseconds = 0;
    int code = -1;
    if (std::sscanf(out.c_str(), "%lld %d", &nanoseconds, &code) != 2 ||
        code != candidate.expected_code) {
      throw std::runtime_error(candidate.name + ": PAM code " + std::to_string(code) +
                               " in place of " + std::to_string(candidate.expected_code));
    }
    return static_cast<double>(nanoseconds) / 1000;
  }

 private:
  static fs::path MakeDirectory() {
    std::string name = (fs::temp_directory_path() / "pam_jwt_bench.XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    return name;
  }

  /// libpam looks for services in lower case.
  static std::string ServiceOf(std::string alg) {
    std::transform(alg.begin(), alg.end(), alg.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return "jwt-" + alg;
  }

  [[nodiscard]] std::string Path(const std::string& name) const {
    return (directory_ / name).string();
  }

  void WriteService(const std::string& service, const std::string& module) const {
    WriteFile(directory_ / service,
              "auth required " + module + "\naccount required " + module + "\n");
  }

  /// An issuer with one key of this algorithm, and a token of its.
  void Add(const std::string& alg) const {
    const std::string keys = Path("keys-" + alg);
    Run(std::string(BENCH_JWTCTL) + " keygen --alg " + alg + " --out " + keys);
    const std::string config = Path(alg + ".toml");
    WriteFile(config, Configuration(alg, keys));
    WriteService(ServiceOf(alg), std::string(BENCH_MODULE) + " service=sshd config=" + config);
    WriteFile(Path(alg + ".token"), Mint(keys));
  }

  [[nodiscard]] std::string Configuration(const std::string& alg, const std::string& keys) const {
    return "[login]\nhost = \"db1.example.com\"\nrefusal_delay = \"0s\"\n\n"
           "[issuer.staff]\nurl = \"https://sso.example.com/realms/staff\"\n"
           "audiences = [\"ssh://%h\"]\nservices = [\"sshd\"]\n"
           "algorithms = [\"" +
           alg +
           "\"]\nmax_token_age = \"1h\"\n"
           "jwks_file = \"" +
           keys +
           "/jwks.json\"\n"
           "require = [ { claim = \"/realm_access/roles\", any_of = [\"ssh\"] } ]\n\n"
           "[[issuer.staff.account]]\nclaim = \"preferred_username\"\npattern = "
           "\"*@example.com\"\n\n"
           "[[issuer.staff.account]]\nclaim = \"sub\"\npattern = \"1b2c*\"\nname = \"" +
           user_ + "\"\n";
  }

  [[nodiscard]] std::string Mint(const std::string& keys) const {
    return Run(
        std::string(BENCH_JWTCTL) + " mint --key " + keys + "/key.json" +
        " --claim iss=https://sso.example.com/realms/staff"
        " --claim sub=1b2c3d4e-5f60-4718-89a0-b1c2d3e4f506"
        " --claim aud=ssh://db1.example.com --claim preferred_username=alice@example.com"
        " --claim azp=oidc-agent --claim email_verified:=true"
        " --claim realm_access:='{\"roles\":[\"ssh\",\"offline_access\",\"uma_authorization\"]}'"
        " --ttl 1h");
  }

  [[nodiscard]] std::string WrongAlgorithm() const {
    const std::string keys = Path("keys-HS256");
    Run(std::string(BENCH_JWTCTL) + " keygen --alg HS256 --out " + keys);
    return Mint(keys);
  }

  fs::path directory_;
  std::string user_;
};

double Quantile(const std::vector<double>& sorted, double part) {
  return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))];
}

void Print(std::vector<Candidate>& candidates) {
  const auto median_of = [&](const std::string& name) {
    for (Candidate& candidate : candidates) {
      if (candidate.name == name) return Quantile(candidate.microseconds, 0.5);
    }
    return 1.0;
  };
  for (Candidate& candidate : candidates) {
    std::sort(candidate.microseconds.begin(), candidate.microseconds.end());
  }
  std::printf("%-30s %10s %8s %8s %14s\n", "whole PAM transaction", "median us", "p10", "p90",
              "x pam_permit");
  for (const Candidate& candidate : candidates) {
    const bool is_plain = candidate.application == "plain";
    const double floor = median_of(is_plain ? "pam_permit, plain process" : "pam_permit");
    const double median = Quantile(candidate.microseconds, 0.5);
    std::printf("%-30s %10.0f %8.0f %8.0f %14.2f\n", candidate.name.c_str(), median,
                Quantile(candidate.microseconds, 0.1), Quantile(candidate.microseconds, 0.9),
                median / floor);
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const int rounds = argc > 1 ? std::atoi(argv[1]) : kDefaultRounds;
    if (rounds < 1) throw std::runtime_error("usage: bench_login [ROUNDS]");
    umask(077);
    PinToOneProcessor();
    const Setup setup;
    std::vector<Candidate> candidates = setup.Candidates();
    std::vector<std::size_t> order(candidates.size());
    std::mt19937 random(1);
    for (std::size_t i = 0; i < order.size(); ++i) {
      order[i] = i;
    }
    for (int round = -3; round < rounds; ++round) {  // the first ones warm the page cache
      std::shuffle(order.begin(), order.end(), random);
      for (const std::size_t i : order) {
        const double microseconds = setup.Measure(candidates[i]);
        if (round >= 0) candidates[i].microseconds.push_back(microseconds);
      }
    }
    std::printf("%d rounds, interleaved in random order, one processor\n\n", rounds);
    Print(candidates);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "bench_login: " << error.what() << "\n";
    return 1;
  }
}
