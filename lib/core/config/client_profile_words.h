#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "core/config/client_profile.h"

namespace pamjwt {

// The words of a profile, for its reader and its writer.

/// A value of an option, and the word that stands for it in a profile.
template <typename T>
struct Word {
  std::string_view text;
  T value;
};

inline constexpr std::array kClientFlows = {
    Word<ClientFlow>{"code", ClientFlow::kCode},
    Word<ClientFlow>{"device", ClientFlow::kDevice},
    Word<ClientFlow>{"paste", ClientFlow::kPaste},
    Word<ClientFlow>{"client_credentials", ClientFlow::kClientCredentials},
    Word<ClientFlow>{"jwt_bearer", ClientFlow::kJwtBearer},
    Word<ClientFlow>{"token_exchange", ClientFlow::kTokenExchange},
};
inline constexpr std::array kClientUses = {
    Word<ClientUse>{"certificate", ClientUse::kCertificate},
    Word<ClientUse>{"prompt", ClientUse::kPrompt},
};
inline constexpr std::array kClientTokens = {
    Word<ClientToken>{"id", ClientToken::kId},
    Word<ClientToken>{"access", ClientToken::kAccess},
};
inline constexpr std::array kClientKeeps = {
    Word<ClientKeep>{"state", ClientKeep::kState},
    Word<ClientKeep>{"runtime", ClientKeep::kRuntime},
};

/// Returns the word for `value`, which must be one of `words`.
template <typename Words, typename T>
std::string TextOf(const Words& words, T value) {
  const auto found =
      std::ranges::find_if(words, [&](const auto& word) { return word.value == value; });
  return std::string(found->text);
}

}  // namespace pamjwt
