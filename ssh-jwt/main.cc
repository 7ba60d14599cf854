// ssh-jwt hands a token of any length to an ordinary ssh.

#include <unistd.h>

#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "io/standard_streams.h"
#include "io/write_all.h"
#include "ssh-jwt/answer.h"
#include "ssh-jwt/login.h"
#include "ssh-jwt/options.h"
#include "ssh-jwt/terminal.h"

namespace pamjwt::ssh {
namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kLoginFailed = 255;  // what ssh itself exits with when it fails

int Fail(const Error& error, int status) {
  if (!error.detail.empty()) {
    std::cerr << "ssh-jwt: " + Printable(error.detail) + "\n";
  }
  return status;
}

int Print(std::string_view text) {
  const Status written = WriteAll(STDOUT_FILENO, text, "to standard output");
  return written.ok() ? 0 : Fail(written.error(), kFailed);
}

int Run(const std::vector<std::string>& arguments) {
  const Result<SshJwtOptions> options = ParseArguments(arguments);
  if (!options.ok()) return Fail(options.error(), kUsage);

  switch (options.value().mode) {
    case SshJwtOptions::Mode::kHelp:
      return Print(HelpText());
    case SshJwtOptions::Mode::kVersion:
      return Print("ssh-jwt " PAMJWT_VERSION "\n");
    case SshJwtOptions::Mode::kUsage:
      std::cerr << HelpText();
      return kUsage;
    case SshJwtOptions::Mode::kAskpass: {
      const Status answered = AnswerPrompt(options.value().prompt);
      return answered.ok() ? 0 : Fail(answered.error(), kFailed);
    }
    case SshJwtOptions::Mode::kLogin: {
      const Result<int> status = RunLogin(options.value());
      return status.ok() ? status.value() : Fail(status.error(), kLoginFailed);
    }
  }
  return kUsage;
}

}  // namespace
}  // namespace pamjwt::ssh

int main(int argc, char** argv) {
  try {
    pamjwt::KeepStandardStreams();
    return pamjwt::ssh::Run({argv + (argc > 0 ? 1 : 0), argv + argc});
  } catch (const std::exception& failure) {
    std::cerr << "ssh-jwt: " << failure.what() << "\n";
    return 1;
  }
}
