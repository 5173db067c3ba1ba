"""The expr language of Argo's conditions: text to tree, tree and result to outcome."""
