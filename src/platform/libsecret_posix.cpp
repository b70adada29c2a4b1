#include "platform/libsecret.hpp"

#include <dlfcn.h>

#include <optional>

namespace ddx::libsecret {

namespace {

template <class Function>
bool take(void* library, const char* name, Function*& function) {
  function = reinterpret_cast<Function*>(dlsym(library, name));
  return function != nullptr;
}

std::optional<Functions> load_all() {
  void* library = dlopen("libsecret-1.so.0", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) return std::nullopt;
  Functions loaded{};
  const bool complete =
      take(library, "g_hash_table_new", loaded.g_hash_table_new) &&
      take(library, "g_hash_table_insert", loaded.g_hash_table_insert) &&
      take(library, "g_hash_table_lookup", loaded.g_hash_table_lookup) &&
      take(library, "g_hash_table_unref", loaded.g_hash_table_unref) &&
      take(library, "g_str_hash", loaded.g_str_hash) && take(library, "g_str_equal", loaded.g_str_equal) &&
      take(library, "g_cancellable_new", loaded.g_cancellable_new) &&
      take(library, "g_cancellable_cancel", loaded.g_cancellable_cancel) &&
      take(library, "g_object_unref", loaded.g_object_unref) &&
      take(library, "g_error_free", loaded.g_error_free) &&
      take(library, "g_list_free", loaded.g_list_free) &&
      take(library, "secret_service_get_sync", loaded.secret_service_get_sync) &&
      take(library, "secret_collection_for_alias_sync", loaded.secret_collection_for_alias_sync) &&
      take(library, "secret_collection_get_locked", loaded.secret_collection_get_locked) &&
      take(library, "secret_service_unlock_sync", loaded.secret_service_unlock_sync) &&
      take(library, "secret_service_search_sync", loaded.secret_service_search_sync) &&
      take(library, "secret_service_store_sync", loaded.secret_service_store_sync) &&
      take(library, "secret_item_get_secret", loaded.secret_item_get_secret) &&
      take(library, "secret_item_get_attributes", loaded.secret_item_get_attributes) &&
      take(library, "secret_item_delete_sync", loaded.secret_item_delete_sync) &&
      take(library, "secret_value_new", loaded.secret_value_new) &&
      take(library, "secret_value_get", loaded.secret_value_get) &&
      take(library, "secret_value_unref", loaded.secret_value_unref);
  return complete ? std::optional(loaded) : std::nullopt;
}

}  // namespace

const Functions* load() {
  static const std::optional<Functions> functions = load_all();
  return functions ? &*functions : nullptr;
}

}  // namespace ddx::libsecret
