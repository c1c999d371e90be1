-- Waits for the finding in the open file, applies its preferred action, waits until the finding is gone, and saves.
local function findings()
  return vim.diagnostic.get(0, { severity = { min = vim.diagnostic.severity.WARN } })
end

local function wait_for(what, condition)
  if not vim.wait(60000, condition, 50) then
    print(what .. ' did not come\n')
    vim.cmd('cquit')
  end
end

wait_for('the finding', function() return #findings() == 1 end)
local found = findings()[1]
print('found: ' .. found.code .. ' on line ' .. (found.lnum + 1) .. '\n')

vim.api.nvim_win_set_cursor(0, { found.lnum + 1, found.col })
local params = vim.lsp.util.make_range_params()
params.context = {
  diagnostics = {
    { range = params.range, message = found.message, source = found.source, severity = found.severity, code = found.code },
  },
}
for _, answer in pairs(vim.lsp.buf_request_sync(0, 'textDocument/codeAction', params, 60000)) do
  for _, action in ipairs(answer.result) do
    if action.isPreferred then
      print('applied: ' .. action.title .. '\n')
      vim.lsp.util.apply_workspace_edit(action.edit, 'utf-16')
    end
  end
end

wait_for('the end of the finding', function() return #findings() == 0 end)
vim.cmd('silent write')
vim.cmd('quit')
