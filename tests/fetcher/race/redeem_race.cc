// Many processes log in with one or a few tokens at the same instant. For redeem_test.py.
//
// Usage: redeem_race STACKS USER PROCESSES SERVICE...
// Reads lines of tokens with blanks between them. Prints one line for each: how many logins ended
// in each PAM code, for example "0=1 7=63", or "0=1 7=31;0=1 7=31" for two tokens. The processes
// take the tokens in turn, and those of each token take the services in turn.
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>
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
  std::size_t processes = 0;
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

/// Returns for each token how many logins ended in each code.
std::vector<std::map<int, int>> Run(const Race& race, const std::vector<std::string>& tokens) {
  Gate ready;
  Gate go;
  std::map<pid_t, std::size_t> token_of;
  for (std::size_t i = 0; i < race.processes; ++i) {
    const std::string& service = race.services[i / tokens.size() % race.services.size()];
    const std::string& token = tokens[i % tokens.size()];
    const pid_t child = fork();
    if (child < 0) throw std::runtime_error("fork");
    if (child == 0) _exit(LogIn(race, service, token, ready, go));
    token_of[child] = i % tokens.size();
  }
  ready.Open();
  ready.Await();
  go.Open();
  std::vector<std::map<int, int>> ends(tokens.size());
  for (std::size_t i = 0; i < race.processes; ++i) {
    int status = 0;
    const pid_t child = wait(&status);
    ++ends.at(token_of.at(child))[WIFEXITED(status) ? WEXITSTATUS(status) : -1];
  }
  return ends;
}

std::string Show(const std::map<int, int>& ends) {
  std::string text;
  for (const auto& [code, count] : ends) {
    text += (text.empty() ? "" : " ") + std::to_string(code) + "=" + std::to_string(count);
  }
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  const Race race{argv[1], argv[2], std::stoul(argv[3]), {argv + 4, argv + argc}};
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    const std::vector<std::string> tokens(std::istream_iterator<std::string>(words), {});
    std::string out;
    for (const std::map<int, int>& ends : Run(race, tokens)) {
      out += (out.empty() ? "" : ";") + Show(ends);
    }
    std::cout << out << std::endl;
  }
  return 0;
}
