// Many processes log in with one token at the same instant. For redeem_test.py.
//
// Usage: redeem_race STACKS USER PROCESSES SERVICE...
// Reads tokens, one per line. Prints one line per token: how many logins ended in each PAM code,
// for example "0=1 7=63". The processes take the services in turn.
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <security/pam_appl.h>

namespace {

/// A pipe. Readers see its end when all writers have closed it.
class Gate {
 public:
  Gate() {
    if (pipe(ends_.data()) != 0) throw std::runtime_error("pipe");
  }
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;
  ~Gate() {
    Open();
    close(ends_[0]);
  }

  void Open() {
    if (ends_[1] >= 0) close(ends_[1]);
    ends_[1] = -1;
  }
  void Await() const {
    char byte = 0;
    while (read(ends_[0], &byte, 1) > 0) {
    }
  }

 private:
  std::array<int, 2> ends_{};
};

/// Answers every prompt with the token.
int Converse(int count, const pam_message** /*messages*/, pam_response** responses, void* token) {
  auto* const replies =
      static_cast<pam_response*>(calloc(static_cast<std::size_t>(count), sizeof(pam_response)));
  if (replies == nullptr) return PAM_BUF_ERR;
  for (int i = 0; i < count; ++i) {
    replies[i].resp = strdup(static_cast<const char*>(token));
  }
  *responses = replies;
  return PAM_SUCCESS;
}

struct Race {
  std::string stacks;
  std::string user;
  int processes = 0;
  std::vector<std::string> services;
};

/// Runs one login in the process of the caller: opens `ready`, waits for `go`, and returns the PAM
/// code, or 255 if no transaction could be started.
int LogIn(const Race& race, const std::string& service, std::string token, Gate& ready, Gate& go) {
  const pam_conv conversation{&Converse, token.data()};
  pam_handle_t* handle = nullptr;
  if (pam_start_confdir(service.c_str(), race.user.c_str(), &conversation, race.stacks.c_str(),
                        &handle) != PAM_SUCCESS) {
    return 255;
  }
  go.Open();
  ready.Open();
  go.Await();
  const int code = pam_authenticate(handle, 0);
  pam_end(handle, code);
  return code;
}

std::map<int, int> Run(const Race& race, const std::string& token) {
  Gate ready;
  Gate go;
  for (int i = 0; i < race.processes; ++i) {
    const std::string& service = race.services[static_cast<std::size_t>(i) % race.services.size()];
    const pid_t child = fork();
    if (child < 0) throw std::runtime_error("fork");
    if (child == 0) _exit(LogIn(race, service, token, ready, go));
  }
  ready.Open();
  ready.Await();
  go.Open();
  std::map<int, int> ends;
  for (int i = 0; i < race.processes; ++i) {
    int status = 0;
    wait(&status);
    ++ends[WIFEXITED(status) ? WEXITSTATUS(status) : -1];
  }
  return ends;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  Race race{argv[1], argv[2], std::stoi(argv[3]), {argv + 4, argv + argc}};
  for (std::string token; std::getline(std::cin, token);) {
    std::string line;
    for (const auto& [code, count] : Run(race, token)) {
      line += (line.empty() ? "" : " ") + std::to_string(code) + "=" + std::to_string(count);
    }
    std::cout << line << std::endl;
  }
  return 0;
}
