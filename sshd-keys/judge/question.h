#pragma once

#include <optional>
#include <string>

namespace pamjwt::keys {

/// The question that sshd asks: whether a key may open an account.
struct Question {
  std::string user;              ///< the account that is asked for
  std::string key;               ///< the blob of the key in base64, as a client chose it
  std::string service = "sshd";  ///< the PAM service whose rules count
  std::optional<std::string> config = std::nullopt;  ///< the configuration, in place of the default
  std::optional<std::string> denylist = std::nullopt;  ///< the denylist, in place of the default
};

/// The function of sshd-keys-judge.so that answers, and logs why. Returns the line for sshd, or ""
/// if the key may not open the account. The text lives as long as the process. Throws nothing.
///
/// Only this library needs libcrypto. A program without it starts three times as fast, and most
/// keys that sshd asks about carry no token. The number in its name changes with Question: during
/// an upgrade, a program of one version may load the library of another, and must not find it.
extern "C" using JudgeFunction = const char * (const Question* question);
inline constexpr const char* kJudgeFunction = "pamjwt_judge_key_1";

}  // namespace pamjwt::keys
