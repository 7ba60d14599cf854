#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <type_traits>

#include <curl/curl.h>

#include "core/base/openssl_ptr.h"
#include "core/base/result.h"

namespace pamjwt::http {

using CurlEasyPtr = std::unique_ptr<CURL, FreeWith<&curl_easy_cleanup>>;
using CurlMultiPtr = std::unique_ptr<CURLM, FreeWith<&curl_multi_cleanup>>;
using CurlSlistPtr = std::unique_ptr<curl_slist, FreeWith<&curl_slist_free_all>>;

template <typename T>
concept CurlNumber = std::integral<T> || std::is_enum_v<T>;

/// Sets options of one handle, until one fails.
class CurlOptions {
 public:
  explicit CurlOptions(CURL* handle) : handle_(handle) {}

  /// libcurl reads numbers as long or curl_off_t, whatever was meant.
  CurlOptions& Set(CURLoption option, CurlNumber auto value) {
    if (option >= CURLOPTTYPE_OFF_T && option < CURLOPTTYPE_BLOB) {
      return SetRaw(option, static_cast<curl_off_t>(value));
    }
    return SetRaw(option, static_cast<long>(value));  // NOLINT(google-runtime-int): libcurl's type
  }
  CurlOptions& Set(CURLoption option, const std::string& value) {
    return SetRaw(option, value.c_str());  // copied by libcurl
  }
  CurlOptions& Set(CURLoption option, const char* value) { return SetRaw(option, value); }
  template <typename T>
  CurlOptions& Set(CURLoption option, T* value) {
    return SetRaw(option, value);
  }

  /// Errors: kInternal, with what libcurl says of the first option that it did not take.
  [[nodiscard]] Status status() const {
    if (code_ == CURLE_OK) return Ok();
    return Error{Reason::kInternal, std::string("libcurl: option: ") + curl_easy_strerror(code_)};
  }

 private:
  template <typename T>
  CurlOptions& SetRaw(CURLoption option, T value) {
    if (code_ == CURLE_OK) {
      code_ = curl_easy_setopt(handle_, option, value);
    }
    return *this;
  }

  CURL* handle_;
  CURLcode code_ = CURLE_OK;
};

}  // namespace pamjwt::http
