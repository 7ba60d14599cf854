#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "core/base/secret.h"

namespace pamjwt {

/// The lengths at which the programs of a PAM service cut an answer off: an answer of just such a
/// length may go on. Empty for services whose client repeats one answer to every prompt.
std::span<const std::size_t> CutLengths(std::string_view service);

/// Puts a token together from the answers to one prompt after the other.
///
/// The length of an answer alone decides whether to ask on. Looking into it would tell an attacker
/// which users exist: for those that it refused, sshd answers with junk of the same length.
class TokenParts {
 public:
  /// `max_bytes` is where asking ends; a token beyond it is refused by the decision.
  TokenParts(std::string_view service, std::size_t max_bytes)
      : cut_lengths_(CutLengths(service)), max_bytes_(max_bytes) {}

  /// Takes an answer. True if the token may go on in another one.
  bool Add(std::string_view answer);

  [[nodiscard]] bool empty() const { return parts_ == 0; }

  /// The prompt for the part that comes next: `first` at the beginning.
  [[nodiscard]] std::string Prompt(const std::string& first) const;

  /// The token. Answers that were all the same count once: some programs repeat one password.
  SecretString Take() &&;

 private:
  std::span<const std::size_t> cut_lengths_;
  std::size_t max_bytes_;
  SecretString text_;
  std::size_t parts_ = 0;
  std::size_t first_size_ = 0;
  bool all_same_ = true;
};

}  // namespace pamjwt
